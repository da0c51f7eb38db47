/** Steps that break and mend: fail, heal, impair. */
import { parseComponent } from "../../component.ts";
import type { RawFault, RawImpair } from "../../raw/scenario/raw-step.ts";
import { parseDurationMs, parseRate, parseShare } from "../../scalars.ts";
import type { FailStep, FaultTarget, HealStep, ImpairStep } from "../../scenario/scenario.ts";
import { at, type Spot } from "../../source/source.ts";
import type { Body } from "./resolve-traffic-steps.ts";
import { readInterfacePlace, readWhere, refuse, type StepContext } from "./step-context.ts";

const targets = ["node", "link", "component"] as const;

export function resolveFault(
  context: StepContext,
  type: "fail" | "heal",
  raw: RawFault,
  spot: Spot,
): Body<FailStep> | Body<HealStep> | undefined {
  const given = targets.filter((key) => raw[key] !== undefined);
  const [key, other] = given;
  if (key === undefined || other !== undefined) {
    const message = `${type} has exactly one of ${targets.join(", ")}`;
    return refuse(context, spot, message, { code: "TOPOLOGY_BAD_STEP" });
  }
  const target = resolveTarget(context, key, raw[key] ?? "", at(spot, key));
  return target && (type === "fail" ? { type, target } : { type, target });
}

function resolveTarget(
  context: StepContext,
  key: (typeof targets)[number],
  text: string,
  spot: Spot,
): FaultTarget | undefined {
  switch (key) {
    case "node": {
      const name = text.replace(/^node\//, "");
      readWhere(context, `node/${name}`, spot);
      return { type: "node", name };
    }
    case "link": {
      const place = readInterfacePlace(context, text, spot);
      return place && { type: "link", at: place };
    }
    case "component": {
      const parsed = parseComponent(text);
      if (!parsed.ok) {
        const { message, hint } = parsed.fault;
        return refuse(context, spot, message, { code: "TOPOLOGY_BAD_STEP", hint });
      }
      const { name, node } = parsed.value;
      if (node !== undefined) readWhere(context, `node/${node}`, spot);
      return { type: "component", name, node };
    }
  }
}

export function resolveImpair(
  context: StepContext,
  raw: RawImpair,
  spot: Spot,
): Body<ImpairStep> | undefined {
  const place = readInterfacePlace(context, raw.at, at(spot, "at"));
  if (place === undefined) return undefined;
  const parsed = <T>(text: string | undefined, parse: (text: string) => T): T | undefined =>
    text === undefined ? undefined : parse(text);
  return {
    type: "impair",
    at: place,
    direction: raw.direction ?? "both",
    delayMs: parsed(raw.delay, parseDurationMs),
    jitterMs: parsed(raw.jitter, parseDurationMs),
    loss: parsed(raw.loss, parseShare),
    duplicate: parsed(raw.duplicate, parseShare),
    corrupt: parsed(raw.corrupt, parseShare),
    reorder: parsed(raw.reorder, parseShare),
    rateBitsPerSecond: parsed(raw.rate, parseRate),
  };
}
