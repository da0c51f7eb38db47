/** The steps that break and mend. */
import type { FailStep, FaultTarget, HealStep } from "../../../topology/scenario/scenario.ts";
import { formatInterfacePlace } from "../../../topology/where/format-where.ts";
import type { StepContext } from "../step-context.ts";

export async function runFail({ target }: FailStep, { lab }: StepContext): Promise<string> {
  await lab.fail(target);
  return describeFailed(target);
}

export async function runHeal({ target }: HealStep, { lab }: StepContext): Promise<string> {
  await lab.heal(target);
  return describeHealed(target);
}

/** `api-server stands still`. */
export function describeFailed(target: FaultTarget): string {
  return `${nameOf(target)} ${target.type === "link" ? "is cut" : "stands still"}`;
}

/** `api-server works again`. */
export function describeHealed(target: FaultTarget): string {
  return `${nameOf(target)} works again`;
}

function nameOf(target: FaultTarget): string {
  switch (target.type) {
    case "node":
      return `node/${target.name}`;
    case "link":
      return formatInterfacePlace(target.at);
    case "component":
      return target.node === undefined ? target.name : `${target.name}@${target.node}`;
  }
}
