import { connect } from "../../lab/connect.ts";
import { type ProbeKind, probeKinds } from "../../net/probe-kind.ts";
import { renderProbe } from "../../report/probe-text.ts";
import type { Terminal } from "../terminal.ts";

export type ProbeFlags = { readonly [Kind in ProbeKind]?: boolean } & {
  readonly type?: string;
  readonly server?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly count: number;
  readonly timeout?: number;
  readonly duration?: number;
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
  const { count, timeout, duration, type, server, lab: name, json = false } = flags;
  const chosen = probeKinds.filter((kind) => flags[kind] === true);
  const kinds = chosen.length > 0 ? chosen : [type === undefined ? kindFor(to) : "dns"];
  const lab = connect(name);
  let ok = true;
  for (const kind of kinds) {
    const request = {
      kind,
      from,
      to,
      count,
      ...(timeout !== undefined && { timeoutMs: timeout }),
      ...(duration !== undefined && { durationMs: duration * 1_000 }),
      ...(flags.ipv4 === true && { ipFamily: "IPv4" as const }),
      ...(flags.ipv6 === true && { ipFamily: "IPv6" as const }),
      ...(type !== undefined && { recordType: type }),
      ...(server !== undefined && { server }),
    };
    const result = await lab.probe(request, signal);
    ok &&= result.ok;
    out(json ? `${JSON.stringify(result, null, 2)}\n` : renderProbe(result, colour));
  }
  return ok ? 0 : 1;
}

/** What a person means who names no kind: a URL is fetched, a port connected to, the rest pinged. */
function kindFor(to: string): ProbeKind {
  if (/^https?:\/\//.test(to)) return "http";
  return /^svc\/|:\d+$/.test(to) ? "tcp" : "ping";
}
