import type {
  RawAddresses,
  RawBounds,
  RawDurationBounds,
  RawExecExpectation,
  RawProbeExpectation,
  RawRateBounds,
  RawServerSaw,
  RawText,
} from "../../raw/scenario/raw-expectation.ts";
import { parseDurationMs, parseRate } from "../../scalars.ts";
import type {
  AddressExpectation,
  Bounds,
  ExecExpectation,
  ProbeExpectation,
  QueryExpectation,
  ServerSawExpectation,
  TextExpectation,
} from "../../scenario/expectation.ts";
import type { ReferencePlace, Template } from "../../scenario/template.ts";
import { at, type Spot } from "../../source/source.ts";
import type { PodPlace, WorkloadPlace } from "../../where/where.ts";
import {
  entriesOf,
  readMachine,
  readReference,
  readTemplate,
  readWhere,
  refuse,
  type StepContext,
} from "./step-context.ts";

export function resolveProbeExpectation(
  context: StepContext,
  raw: RawProbeExpectation,
  spot: Spot,
): ProbeExpectation {
  if (raw.ok === true && raw.reason !== undefined) {
    const message = "expect has `ok: true` and a reason to fail";
    refuse(context, at(spot, "reason"), message, { target: "key", hint: "remove one of them" });
  }
  return {
    ok: raw.ok ?? raw.reason === undefined,
    reason: raw.reason,
    serverSaw: raw.serverSaw && resolveServerSaw(context, raw.serverSaw, at(spot, "serverSaw")),
    status: raw.status,
    body: resolveText(context, raw.body, at(spot, "body")),
    ttl: raw.ttl,
    latencyMs: raw.latency && resolveTextBounds(raw.latency, parseDurationMs),
    throughput: raw.throughput && resolveTextBounds(raw.throughput, parseRate),
    answers: raw.answers?.flatMap((text, index): readonly Template[] => {
      const template = readTemplate(context, text, at(spot, "answers", index));
      return template === undefined ? [] : [template];
    }),
    rcode: raw.rcode?.toUpperCase(),
    queries: raw.queries?.flatMap((text, index) => {
      const query = readQuery(context, text, at(spot, "queries", index));
      return query === undefined ? [] : [query];
    }),
    hops: raw.hops?.map((hop, index) =>
      hop === "*" ? hop : (readAddresses(context, hop, at(spot, "hops", index)) ?? { anyOf: [] }),
    ),
    path: raw.path?.flatMap(
      (text, index) => readMachine(context, text, at(spot, "path", index)) ?? [],
    ),
    answered: raw.answered === undefined ? undefined : resolveBounds(raw.answered),
    distinctPods: raw.distinctPods === undefined ? undefined : resolveBounds(raw.distinctPods),
    outageMs: raw.outage && resolveTextBounds(raw.outage, parseDurationMs),
  };
}

export function resolveExecExpectation(
  context: StepContext,
  raw: RawExecExpectation,
  spot: Spot,
): ExecExpectation {
  return {
    exitCode: raw.exitCode ?? 0,
    stdout: resolveText(context, raw.stdout, at(spot, "stdout")),
    stderr: resolveText(context, raw.stderr, at(spot, "stderr")),
  };
}

function readQuery(context: StepContext, text: string, spot: Spot): QueryExpectation | undefined {
  const [name = "", type, rcode, ...more] = text.trim().split(/\s+/);
  if (more.length === 0) {
    const named = name === "." ? name : name.replace(/\.$/, "");
    return { name: named, type: type?.toUpperCase(), rcode: rcode?.toUpperCase() };
  }
  return refuse(context, spot, `query ${text}: is more than a name, a type and an rcode`, {
    hint: "write NAME, NAME TYPE or NAME TYPE RCODE",
  });
}

/** A number is exactly that number; a mapping without bounds allows any. */
export function resolveBounds(raw: RawBounds): Bounds {
  if (typeof raw === "number") return { atLeast: raw, atMost: raw };
  return { atLeast: raw.count ?? raw.atLeast, atMost: raw.count ?? raw.atMost };
}

/** Bounds that are written with a unit. */
function resolveTextBounds(
  { atLeast, atMost }: RawDurationBounds | RawRateBounds,
  parse: (text: string) => number | undefined,
): Bounds {
  return {
    atLeast: atLeast === undefined ? undefined : parse(atLeast),
    atMost: atMost === undefined ? undefined : parse(atMost),
  };
}

function resolveServerSaw(
  context: StepContext,
  raw: RawServerSaw,
  spot: Spot,
): ServerSawExpectation {
  const addresses = (key: "source" | "destination"): AddressExpectation | undefined => {
    const value = raw[key];
    return value === undefined ? undefined : readAddresses(context, value, at(spot, key));
  };
  if (raw.host !== undefined) readWhere(context, `host/${raw.host}`, at(spot, "host"));
  return {
    source: addresses("source"),
    sourcePort: raw.sourcePort,
    destination: addresses("destination"),
    destinationPort: raw.destinationPort,
    pod: raw.pod === undefined ? undefined : readPod(context, raw.pod, at(spot, "pod")),
    host: raw.host,
  };
}

/** A pod, or a workload whose pods are meant. */
export function readPod(
  context: StepContext,
  text: string,
  spot: Spot,
): PodPlace | WorkloadPlace | undefined {
  const where = readWhere(context, text.replace(/^\$\{(.*)\}$/, "$1"), spot);
  if (where === undefined || where.type === "pod" || where.type === "workload") return where;
  const hint = "write pod/NAMESPACE/NAME or deploy/NAMESPACE/NAME";
  return refuse(context, spot, `${text}: is no pod`, { hint });
}

function readAddresses(
  context: StepContext,
  raw: RawAddresses,
  spot: Spot,
): AddressExpectation | undefined {
  const anyOf = entriesOf(raw, spot).flatMap(([text, entry]): readonly ReferencePlace[] => {
    const place = readReference(context, text, entry);
    return place === undefined ? [] : [place];
  });
  return anyOf.length === 0 ? undefined : { anyOf };
}

function resolveText(
  context: StepContext,
  raw: RawText | undefined,
  spot: Spot,
): TextExpectation | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw === "string") {
    const equals = readTemplate(context, raw, spot);
    return { equals, contains: undefined, matches: undefined };
  }
  const template = (key: "equals" | "contains"): Template | undefined => {
    const text = raw[key];
    return text === undefined ? undefined : readTemplate(context, text, at(spot, key));
  };
  if (raw.matches !== undefined) checkPattern(context, raw.matches, at(spot, "matches"));
  return { equals: template("equals"), contains: template("contains"), matches: raw.matches };
}

function checkPattern(context: StepContext, pattern: string, spot: Spot): void {
  try {
    new RegExp(pattern, "su");
  } catch (error) {
    // V8 says: `Invalid regular expression: /(/su: Unterminated group`.
    const reason = error instanceof Error ? error.message.split(": ").at(-1) : String(error);
    refuse(context, spot, `matches ${pattern}: is no regular expression: ${reason}`);
  }
}
