import type { CaptureStep } from "../../../topology/scenario/scenario.ts";
import type { StepContext } from "../step-context.ts";

export async function runCapture(
  { at }: CaptureStep,
  { lab, captures, signal }: StepContext,
): Promise<string> {
  const capture = await lab.capture(at, signal);
  captures.add(capture);
  return capture.interfaces.join(", ");
}
