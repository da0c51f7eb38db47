import { connect } from "../../lab/connect.ts";
import { type ProbeKind, probeKinds } from "../../net/probe-kind.ts";
import type { ProbeRequest } from "../../observe/probe.ts";
import { renderProbe } from "../../report/probe-text.ts";
import { renderWalk } from "../../report/walk-text.ts";
import type { Terminal } from "../terminal.ts";

export type ProbeFlags = { readonly [Kind in ProbeKind]?: boolean } & {
  readonly type?: string;
  readonly server?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly count: number;
  readonly timeout?: number;
  readonly duration?: number;
  readonly walk?: boolean;
  readonly lab?: string;
  readonly json?: boolean;
};

/** @returns the exit status: 0 when every attempt was answered, 1 otherwise. */
export async function probeCommand(
  from: string,
  to: string,
  flags: ProbeFlags,
  { out, colour }: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { type, walk = false, json = false } = flags;
  const chosen = probeKinds.filter((kind) => flags[kind] === true);
  const kinds = chosen.length > 0 ? chosen : [type === undefined ? kindFor(to) : "dns"];
  const lab = connect(flags.lab);
  const print = <Data>(data: Data, render: (data: Data, colour: Colour) => string): void =>
    out(json ? `${JSON.stringify(data, null, 2)}\n` : render(data, colour));
  let ok = true;
  for (const kind of kinds) {
    const request = requestOf({ kind, from, to }, flags);
    if (walk) {
      const walked = await lab.walk(request, signal);
      ok &&= walked.probe.ok;
      print(walked, renderWalk);
    } else {
      const result = await lab.probe(request, signal);
      ok &&= result.ok;
      print(result, renderProbe);
    }
  }
  return ok ? 0 : 1;
}

type Colour = Terminal["colour"];

function requestOf(
  aim: Pick<ProbeRequest, "kind" | "from" | "to">,
  { count, timeout, duration, ipv4, ipv6, type, server }: ProbeFlags,
): ProbeRequest {
  return {
    ...aim,
    count,
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(duration !== undefined && { durationMs: duration * 1_000 }),
    ...(ipv4 === true && { ipFamily: "IPv4" as const }),
    ...(ipv6 === true && { ipFamily: "IPv6" as const }),
    ...(type !== undefined && { recordType: type }),
    ...(server !== undefined && { server }),
  };
}

/** What a person means who names no kind: a URL is fetched, a port connected to, the rest pinged. */
function kindFor(to: string): ProbeKind {
  if (/^https?:\/\//.test(to)) return "http";
  return /^svc\/|:\d+$/.test(to) ? "tcp" : "ping";
}
