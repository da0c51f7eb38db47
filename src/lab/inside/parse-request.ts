/** The words of a request as places and probes. */
import type { PredictionRequest } from "../../observe/prediction.ts";
import type { ProbeRequest } from "../../observe/probe.ts";
import { parseComponent } from "../../topology/component.ts";
import type { FaultTarget, Probe } from "../../topology/scenario/scenario.ts";
import { parseTarget } from "../../topology/where/parse-target.ts";
import { parseInterfacePlace, parseWhere } from "../../topology/where/parse-where.ts";
import type { Parsed } from "../../topology/where/parsed.ts";
import type { InterfacePlace, Machine, Target, WorkloadPlace } from "../../topology/where/where.ts";
import { RunError } from "../live/run-error.ts";
import type { FlowQuestion } from "../predict/predict-flow.ts";

/** @throws RunError when it is no machine. */
export function parsePlace(text: string): Machine {
  const { where, interface: device } = unwrap(parseInterfacePlace(text), text);
  if (device === undefined) return where;
  throw new RunError("RUN_BAD_REQUEST", `${text}: a place without an interface is wanted`);
}

export function parsePlaces(texts: readonly string[]): readonly InterfacePlace[] {
  return texts.map((text) => unwrap(parseInterfacePlace(text), text));
}

/** What can fail: a component, a node, or else the wire of an interface. */
export function parseFault(text: string): FaultTarget {
  if (!text.includes("/")) {
    return { type: "component", ...unwrap(parseComponent(text), text) };
  }
  const at = unwrap(parseInterfacePlace(text), text);
  const { where, interface: device } = at;
  return where.type === "node" && device === undefined
    ? { type: "node", name: where.name }
    : { type: "link", at };
}

export function parseWorkload(text: string): WorkloadPlace {
  const where = unwrap(parseWhere(text), text);
  if (where.type === "workload") return where;
  throw new RunError("RUN_BAD_REQUEST", `${text} is nothing that can be scaled`, {
    hint: "write deploy/NAMESPACE/NAME",
  });
}

export function parseProbe(request: ProbeRequest): Probe {
  const { kind, from, to, count = 1 } = request;
  const target: Target =
    kind === "dns"
      ? { where: { type: "name", name: to }, port: undefined, path: undefined }
      : unwrap(parseTarget(to), to);
  return {
    kind,
    from: parsePlace(from),
    to: target,
    count,
    timeoutMs: request.timeoutMs,
    ipFamily: request.ipFamily,
    sourcePort: request.sourcePort,
    sizeBytes: request.sizeBytes,
    dontFragment: request.dontFragment,
    maxHops: request.maxHops,
    durationMs: request.durationMs,
    method: request.method,
    headers: request.headers,
    body: request.body,
    recordType: request.recordType,
    overTcp: request.overTcp,
    server: request.server,
  };
}

/** @throws RunError when it names no machine or no target. */
export function parseQuestion({
  from,
  to,
  protocol = "tcp",
  ipFamily,
  via,
}: PredictionRequest): FlowQuestion {
  return {
    from: parsePlace(from),
    to: unwrap(parseTarget(to), to),
    protocol,
    family: ipFamily === undefined ? undefined : ipFamily === "IPv4" ? "ipv4" : "ipv6",
    via: via?.replace(/^node\//, ""),
  };
}

function unwrap<T>(parsed: Parsed<T>, text: string): T {
  if (parsed.ok) return parsed.value;
  const { message, hint } = parsed.fault;
  throw new RunError("RUN_BAD_REQUEST", message === "" ? text : message, { hint });
}
