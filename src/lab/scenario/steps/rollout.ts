import { Deadline } from "../../../base/deadline.ts";
import type { RolloutStep } from "../../../topology/scenario/scenario.ts";
import type { StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** @throws StepFailed when the pods are not all replaced in time. */
export async function runRollout(
  { workload, image, withinMs, title, location }: RolloutStep,
  { lab, signal }: StepContext,
): Promise<string> {
  using deadline = new Deadline(withinMs, signal);
  try {
    await lab.rollout(workload, image, deadline.signal);
  } catch (error) {
    if (!deadline.isOver) throw error;
    throw new StepFailed("WAIT_TIMED_OUT", `${title}: not within ${withinMs} ms`, {
      expected: title,
      seen: lab.describeRollout(workload),
      at: location,
    });
  }
  return lab.describeRollout(workload);
}
