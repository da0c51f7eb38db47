import { enterCommand } from "../../../kernel/processes/enter-command.ts";
import { programEnvironment } from "../../../kernel/programs/program-environment.ts";
import type { Handlers } from "../../control/control-server.ts";
import { parsePlace } from "../parse-request.ts";
import type { LabSession } from "./lab-session.ts";

/** What a caller runs in a node, a pod, a host or a router. */
export function placeHandlers(session: LabSession): Pick<Handlers, "exec" | "enter"> {
  return {
    exec: ({ where, command, ...options }, { signal }) =>
      session.lab.exec(parsePlace(where), command, { ...options, signal }),
    enter: async ({ where }) => {
      const { machines, places } = session.lab;
      const { netns } = places.machine(parsePlace(where));
      const command = enterCommand(machines.place(netns), await session.hostPid);
      return { command, env: programEnvironment(machines.environment(netns)) };
    },
  };
}
