import type { Step } from "./scenario.ts";

/** The steps, each followed by those that it has inside. */
export function allSteps(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => ("steps" in step ? [step, ...allSteps(step.steps)] : [step]));
}
