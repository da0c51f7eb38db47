import { given } from "../../base/given.ts";
import { connect } from "../../lab/connect.ts";
import { LabError } from "../../lab/lab-error.ts";
import { foreignOptions, kindsByOption, type ProbeKind, probeKinds } from "../../net/probe-kind.ts";
import type { ProbeRequest } from "../../observe/probe.ts";
import { renderProbe } from "../../report/text/probe-text.ts";
import { renderWalk } from "../../report/text/walk-text.ts";
import type { Terminal } from "../terminal.ts";

export type ProbeFlags = { readonly [Kind in ProbeKind]?: boolean } & {
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly count: number;
  readonly timeout?: number;
  readonly sourcePort?: number;
  readonly size?: number;
  readonly dontFragment?: boolean;
  readonly maxHops?: number;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly type?: string;
  readonly server?: string;
  readonly overTcp?: boolean;
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

/** @throws LabError for an option that a probe of this kind cannot have. */
function requestOf(
  aim: Pick<ProbeRequest, "kind" | "from" | "to">,
  flags: ProbeFlags,
): ProbeRequest {
  const { count, timeout, duration } = flags;
  const options = optionsOf(flags);
  const [foreign] = foreignOptions(aim.kind, { ...options, duration });
  if (foreign !== undefined) {
    throw new LabError({
      code: "USAGE",
      message: `a ${aim.kind} probe has no ${foreign}`,
      hint: `that belongs to ${kindsByOption[foreign].join(", ")}`,
      exitCode: 2,
    });
  }
  const { size: sizeBytes, ...same } = options;
  const durationMs = duration === undefined ? undefined : duration * 1_000;
  return { ...aim, count, ...given({ ...same, sizeBytes, durationMs, timeoutMs: timeout }) };
}

/** As a scenario calls them, but for those of time. */
function optionsOf(flags: ProbeFlags) {
  const { sourcePort, size, dontFragment, maxHops, method, body, server, overTcp } = flags;
  const ipFamily = flags.ipv4 ? "IPv4" : flags.ipv6 ? "IPv6" : undefined;
  const own = { ipFamily, headers: flags.header, recordType: flags.type } as const;
  return given({ ...own, sourcePort, size, dontFragment, maxHops, method, body, server, overTcp });
}

/** What a person means who names no kind: a URL is fetched, a port connected to, the rest pinged. */
function kindFor(to: string): ProbeKind {
  if (/^https?:\/\//.test(to)) return "http";
  return /^svc\/|:\d+$/.test(to) ? "tcp" : "ping";
}
