import { Deadline } from "../../../base/deadline.ts";
import type { WaitStep } from "../../../topology/scenario/scenario.ts";
import type { StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** @throws StepFailed when the condition does not come true in time. */
export async function runWait(
  { condition, withinMs, title, location }: WaitStep,
  { lab, signal }: StepContext,
): Promise<string> {
  using deadline = new Deadline(withinMs, signal);
  try {
    await lab.wait(condition, deadline.signal);
  } catch (error) {
    if (!deadline.isOver) throw error;
    throw new StepFailed("WAIT_TIMED_OUT", `${title}: not within ${withinMs} ms`, {
      expected: title,
      seen: lab.describeWait(condition),
      at: location,
    });
  }
  return lab.describeWait(condition);
}
