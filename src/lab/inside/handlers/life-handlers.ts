import type { Handlers } from "../../control/control-server.ts";
import { statusOf } from "../status-of.ts";
import { tellLogs } from "../tell-logs.ts";
import type { LabSession } from "./lab-session.ts";

type LifeHandlers = Pick<Handlers, "build" | "status" | "events" | "logs" | "settled">;

/** How the lab comes to be, and how it is. */
export function lifeHandlers(session: LabSession): LifeHandlers {
  return {
    build: (request, { emit, signal }) =>
      session.telling(emit, async () =>
        statusOf(await session.build(request, signal), await session.hostPid),
      ),
    status: async () => statusOf(session.lab, await session.hostPid),
    events: (_request, { emit, signal }) => session.telling(emit, () => ended(signal)),
    logs: async (request, { emit, signal }) => {
      await tellLogs(session, request, emit, signal);
      return {};
    },
    settled: async ({ withinMs }, { signal }) => {
      await session.lab.settled(withinMs, signal);
      return {};
    },
  };
}

/** Resolves when the caller hangs up. */
function ended(signal: AbortSignal): Promise<Record<string, never>> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({}));
    if (signal.aborted) resolve({});
  });
}
