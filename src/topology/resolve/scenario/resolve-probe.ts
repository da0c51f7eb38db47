import {
  foreignOptions,
  kindsByOption,
  type ProbeKind,
  probeKinds,
} from "../../../net/probe-kind.ts";
import type { RawProbe } from "../../raw/scenario/raw-probe.ts";
import { parseDurationMs } from "../../scalars.ts";
import type { Probe } from "../../scenario/scenario.ts";
import { at, type Spot } from "../../source/source.ts";
import type { Target } from "../../where/where.ts";
import {
  type PortNeed,
  readMachine,
  readTarget,
  refuse,
  type StepContext,
} from "./step-context.ts";

const portNeeds: { readonly [K in ProbeKind]: PortNeed } = {
  ping: "never",
  tcp: "always",
  udp: "always",
  http: "of-services",
  dns: "never",
  traceroute: "never",
  arp: "never",
  throughput: "always",
};

export function resolveProbe(context: StepContext, raw: RawProbe, spot: Spot): Probe | undefined {
  const given = probeKinds.filter((kind) => raw[kind] !== undefined);
  const [kind, other] = given;
  const list = probeKinds.join(", ");
  const from = readMachine(context, raw.from, at(spot, "from"));
  if (kind === undefined) {
    const message = "probe says not what to send";
    return refuse(context, spot, message, {
      code: "TOPOLOGY_BAD_STEP",
      hint: `add one of ${list}`,
    });
  }
  if (other !== undefined) {
    const message = `probe has exactly one of ${list}; this has both ${kind} and ${other}`;
    const hint = "write two probes";
    return refuse(context, at(spot, other), message, {
      code: "TOPOLOGY_BAD_STEP",
      target: "key",
      hint,
    });
  }
  refuseForeignOptions(context, raw, kind, spot);
  const to = readTo(context, raw[kind] ?? "", kind, at(spot, kind));
  if (from === undefined || to === undefined) return undefined;
  return {
    kind,
    from,
    to,
    count: raw.count ?? 1,
    timeoutMs: raw.timeout === undefined ? undefined : parseDurationMs(raw.timeout),
    ipFamily: raw.ipFamily,
    sourcePort: raw.sourcePort,
    sizeBytes: raw.size,
    dontFragment: raw.dontFragment,
    maxHops: raw.maxHops,
    durationMs: raw.duration === undefined ? undefined : parseDurationMs(raw.duration),
    method: raw.method?.toUpperCase(),
    headers: raw.headers,
    body: raw.body,
    recordType: raw.recordType?.toUpperCase(),
    overTcp: raw.overTcp,
    server: raw.server,
  };
}

function readTo(
  context: StepContext,
  text: string,
  kind: ProbeKind,
  spot: Spot,
): Target | undefined {
  if (kind === "dns") {
    if (!/\s/.test(text))
      return { where: { type: "name", name: text }, port: undefined, path: undefined };
    return refuse(context, spot, `dns ${text}: a name has no white space`);
  }
  const target = readTarget(context, text, spot, portNeeds[kind]);
  if (target?.port !== undefined && portNeeds[kind] === "never") {
    const message = `${kind} ${text}: ${kind} knows no ports`;
    return refuse(context, spot, message, { hint: "leave the port out" });
  }
  return target;
}

function refuseForeignOptions(
  context: StepContext,
  raw: RawProbe,
  kind: ProbeKind,
  spot: Spot,
): void {
  for (const option of foreignOptions(kind, raw)) {
    const message = `probe: ${kind} has no \`${option}\``;
    const hint = `remove it: it belongs to ${kindsByOption[option].join(", ")}`;
    refuse(context, at(spot, option), message, {
      code: "TOPOLOGY_UNKNOWN_FIELD",
      target: "key",
      hint,
    });
  }
}
