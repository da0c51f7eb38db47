import type { Step } from "../../topology/scenario/scenario.ts";
import type { StepContext } from "./step-context.ts";
import { runCapture } from "./steps/capture.ts";
import { runExec } from "./steps/exec.ts";
import { runFail, runHeal } from "./steps/fault.ts";
import { runImpair } from "./steps/impair.ts";
import { runApply, runDelete, runKill, runScale } from "./steps/objects.ts";
import { runPackets } from "./steps/packets.ts";
import { runProbe } from "./steps/probe.ts";
import { runRollout } from "./steps/rollout.ts";
import { runDuring, runParallel } from "./steps/together.ts";
import { runWait } from "./steps/wait.ts";

/**
 * Runs one step and says what was seen, in a line.
 *
 * @throws StepFailed when it does not hold; any other error when it could not be tried.
 */
export async function runStep(step: Step, context: StepContext): Promise<string> {
  switch (step.type) {
    case "capture":
      return runCapture(step, context);
    case "probe":
      return runProbe(step, context);
    case "packets":
      return runPackets(step, context);
    case "exec":
      return runExec(step, context);
    case "apply":
      return runApply(step, context);
    case "delete":
      return runDelete(step, context);
    case "scale":
      return runScale(step, context);
    case "kill":
      return runKill(step, context);
    case "wait":
      return runWait(step, context);
    case "rollout":
      return runRollout(step, context);
    case "parallel":
      return runParallel(step, context, runStep);
    case "during":
      return runDuring(step, context, runStep);
    case "fail":
      return runFail(step, context);
    case "heal":
      return runHeal(step, context);
    case "impair":
      return runImpair(step, context);
  }
}
