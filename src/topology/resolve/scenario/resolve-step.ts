/** One step: told apart by its key, read by the schema of that key. */
import type * as z from "zod";
import { nearest } from "../../../base/nearest.ts";
import { isWalked, walkedKinds } from "../../../net/probe-kind.ts";
import { readRaw } from "../../raw/read-raw.ts";
import type {
  RawExecExpectation,
  RawProbeExpectation,
} from "../../raw/scenario/raw-expectation.ts";
import {
  type RawDuring,
  type RawStepBodies,
  rawStepBodies,
  rawStepSiblings,
  stepsWithExpect,
} from "../../raw/scenario/raw-step.ts";
import { parseDurationMs } from "../../scalars.ts";
import { type Probe, type Step, type StepType, stepTypes } from "../../scenario/scenario.ts";
import { at, locationOf, type Spot } from "../../source/source.ts";
import { resolveProbeExpectation } from "./resolve-expectation.ts";
import { resolveFault, resolveImpair } from "./resolve-fault-steps.ts";
import {
  resolveApply,
  resolveDelete,
  resolveKill,
  resolveRollout,
  resolveScale,
  resolveWait,
} from "./resolve-object-steps.ts";
import { resolveProbe } from "./resolve-probe.ts";
import { resolveCapture, resolveExec, resolvePackets } from "./resolve-traffic-steps.ts";
import { refuse, type StepContext } from "./step-context.ts";
import { type StepBody, titleOf } from "./step-title.ts";

const defaultEveryMs = 10;

/** Anything that stands as one entry of `steps`. */
interface Entry {
  readonly type: StepType;
  readonly value: unknown;
  readonly spot: Spot;
  readonly expect: unknown;
  readonly expectSpot: Spot;
}

export function resolveSteps(
  context: StepContext,
  steps: readonly unknown[],
  spot: Spot,
): readonly Step[] {
  return steps.flatMap((step, index): readonly Step[] => {
    const resolved = resolveStep(context, step, at(spot, index));
    return resolved === undefined ? [] : [resolved];
  });
}

function resolveStep(context: StepContext, value: unknown, spot: Spot): Step | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const near = stepTypes.find((each) => each === value) ?? nearest(String(value), stepTypes);
    const hint = near === undefined ? "write `- probe: …`, say" : `write \`- ${near}: …\``;
    const code = "TOPOLOGY_WRONG_TYPE";
    return refuse(context, spot, "a step must be a mapping", { code, hint });
  }
  const type = discriminate(context, Object.keys(value), spot);
  if (type === undefined) return undefined;
  const hasExpect = Object.hasOwn(value, "expect");
  const expectSpot = hasExpect ? at(spot, "expect") : spot;
  const fields = { type, value: Reflect.get(value, type), spot: at(spot, type) };
  const body = resolveBody(context, {
    ...fields,
    expect: Reflect.get(value, "expect"),
    expectSpot,
  });
  const name = readRaw(
    rawStepSiblings.name,
    Reflect.get(value, "name"),
    at(spot, "name"),
    context.report,
  );
  if (body === undefined) return undefined;
  const title = name ?? titleOf(body);
  const location = locationOf(spot);
  const whole = { ...body, title, location, expectLocation: locationOf(expectSpot) };
  if (hasExpect || stepsWithExpect.has(type)) return whole as Step;
  const { expectLocation: _, ...rest } = whole;
  // A body is a step but for the fields just added.
  return rest as Step;
}

/** The one key that says what the step is. */
function discriminate(
  context: StepContext,
  keys: readonly string[],
  spot: Spot,
): StepType | undefined {
  const [type, other] = stepTypes.filter((each) => keys.includes(each));
  const code = "TOPOLOGY_BAD_STEP";
  if (type === undefined) {
    refuseUnknown(context, keys, spot);
    return undefined;
  }
  if (other !== undefined) {
    const message = `a step has exactly one key that says what it does; this has both ${type} and ${other}`;
    const hint = "begin the second with `- `";
    return refuse(context, at(spot, other), message, { code, target: "key", hint });
  }
  const allowed = stepsWithExpect.has(type) ? ["name", "expect"] : ["name"];
  for (const key of keys) {
    if (key !== type && !allowed.includes(key)) refuseBeside(context, key, type, allowed, spot);
  }
  return type;
}

function refuseUnknown(context: StepContext, keys: readonly string[], spot: Spot): void {
  const code = "TOPOLOGY_BAD_STEP";
  const others = keys.filter((key) => key !== "name" && key !== "expect");
  const list = stepTypes.join(", ");
  if (others.length === 0) {
    refuse(context, spot, "the step says not what to do", { code, hint: `add one of ${list}` });
  }
  for (const key of others) {
    const near = nearest(key, stepTypes);
    const hint = near === undefined ? `steps: ${list}` : `did you mean \`${near}\`?`;
    refuse(context, at(spot, key), `unknown step \`${key}\``, { code, target: "key", hint });
  }
}

function refuseBeside(
  context: StepContext,
  key: string,
  type: StepType,
  allowed: readonly string[],
  spot: Spot,
): void {
  const place = at(spot, key);
  if (key === "expect" && type === "packets") {
    const hint = "write it inside: packets: {where: …, expect: none}";
    const code = "TOPOLOGY_BAD_STEP";
    refuse(context, place, "packets has no `expect` beside it", { code, target: "key", hint });
    return;
  }
  const near = nearest(key, allowed);
  const hint =
    near === undefined ? `beside it: ${allowed.join(", ")}` : `did you mean \`${near}\`?`;
  const code = "TOPOLOGY_UNKNOWN_FIELD";
  const message = `step ${type}: unknown field \`${key}\` beside it`;
  refuse(context, place, message, { code, target: "key", hint });
}

type Resolve<T extends StepType> = (
  context: StepContext,
  raw: RawStepBodies[T],
  entry: Entry,
) => StepBody | undefined;

const resolvers: { readonly [T in StepType]: Resolve<T> } = {
  capture: (context, raw, { spot }) => resolveCapture(context, raw, spot),
  probe: (context, raw, entry) => {
    const expect = readProbeExpectation(context, entry);
    if (expect.outageMs !== undefined) {
      refuseExpected(
        context,
        entry,
        "outage",
        "this probe is not repeated",
        "write it beside `during`",
      );
    }
    const probe = resolveProbe(context, raw, entry.spot);
    if (expect.path !== undefined && probe !== undefined) checkPath(context, entry, probe);
    return probe && { type: "probe", probe, expect };
  },
  packets: (context, raw, { spot }) => resolvePackets(context, raw, spot),
  exec: (context, raw, entry) => {
    const { spot, expectSpot, expect } = entry;
    const written = readRaw(rawStepSiblings.exec, expect, expectSpot, context.report) ?? {};
    return resolveExec(context, raw, written satisfies RawExecExpectation, spot, expectSpot);
  },
  apply: (context, raw, { spot }) => resolveApply(context, raw, spot),
  delete: (context, raw, { spot }) => resolveDelete(context, raw, spot),
  scale: (context, raw, { spot }) => resolveScale(context, raw, spot),
  kill: (context, raw, { spot }) => resolveKill(context, raw, spot),
  wait: (context, raw, { spot }) => resolveWait(context, raw, spot),
  rollout: (context, raw, { spot }) => resolveRollout(context, raw, spot),
  fail: (context, raw, { spot }) => resolveFault(context, "fail", raw, spot),
  heal: (context, raw, { spot }) => resolveFault(context, "heal", raw, spot),
  impair: (context, raw, { spot }) => resolveImpair(context, raw, spot),
  parallel: (context, raw, { spot }) => ({
    type: "parallel",
    steps: resolveSteps(context, raw, spot),
  }),
  during: resolveDuring,
};

function resolveBody(context: StepContext, entry: Entry): StepBody | undefined {
  return readAndResolve(context, entry, entry.type);
}

function readAndResolve<T extends StepType>(
  context: StepContext,
  entry: Entry,
  type: T,
): StepBody | undefined {
  const value = withoutInnerExpect(context, entry);
  const schema: z.ZodType<RawStepBodies[T]> = rawStepBodies[type];
  const raw = readRaw(schema, value, entry.spot, context.report);
  return raw === undefined ? undefined : resolvers[type](context, raw, entry);
}

/** `probe: {…, expect: …}` is such a likely slip that it gets words of its own. */
function withoutInnerExpect(context: StepContext, { type, value, spot }: Entry): unknown {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!stepsWithExpect.has(type) || !isMapping || !("expect" in value)) return value;
  const { expect: _, ...rest } = value;
  const message = `${type} has no \`expect\` inside it`;
  const hint = `write it beside: the same indentation as \`${type}\``;
  const code = "TOPOLOGY_BAD_STEP";
  refuse(context, at(spot, "expect"), message, { code, target: "key", hint });
  return rest;
}

function resolveDuring(context: StepContext, raw: RawDuring, entry: Entry): StepBody | undefined {
  const probe = resolveProbe(context, raw.probe, at(entry.spot, "probe"));
  const steps = resolveSteps(context, raw.steps, at(entry.spot, "steps"));
  const expect = readProbeExpectation(context, entry);
  if (expect.path !== undefined) {
    const hint = "write it beside a `probe` of its own";
    refuseExpected(context, entry, "path", "is that of one packet", hint);
  }
  const everyMs = raw.every === undefined ? defaultEveryMs : parseDurationMs(raw.every);
  return probe && { type: "during", steps, probe, everyMs: everyMs ?? defaultEveryMs, expect };
}

/** One packet has one way. */
function checkPath(context: StepContext, entry: Entry, { kind, count }: Probe): void {
  if (!isWalked(kind)) {
    const hint = `those with one: ${walkedKinds.join(", ")}`;
    refuseExpected(context, entry, "path", `${kind} has no packet to follow`, hint);
  } else if (count > 1) {
    refuseExpected(context, entry, "path", "is that of one packet", "leave `count` out");
  }
}

function refuseExpected(
  context: StepContext,
  { expectSpot }: Entry,
  field: keyof RawProbeExpectation,
  what: string,
  hint: string,
): void {
  const code = "TOPOLOGY_BAD_STEP";
  refuse(context, at(expectSpot, field), `${field}: ${what}`, { code, target: "key", hint });
}

function readProbeExpectation(
  context: StepContext,
  { expect, expectSpot }: Entry,
): ReturnType<typeof resolveProbeExpectation> {
  const raw = readRaw(rawStepSiblings.probe, expect, expectSpot, context.report) ?? {};
  return resolveProbeExpectation(context, raw satisfies RawProbeExpectation, expectSpot);
}
