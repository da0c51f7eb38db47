import { describeProbe } from "../../../observe/describe-probe.ts";
import type { ProbeStep } from "../../../topology/scenario.ts";
import { judgeProbe } from "../judge-probe.ts";
import { meaningsIn, type StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** @throws StepFailed when what came back is not what the step expects. */
export async function runProbe(
  { probe, expect, expectLocation }: ProbeStep,
  { lab, signal }: StepContext,
): Promise<string> {
  const result = await lab.probe(probe, signal);
  const mismatch = judgeProbe(result, expect, meaningsIn(lab));
  if (mismatch === undefined) return describeProbe(result);
  const { kind, from, to, target } = result;
  const aim = target === to ? to : `${to} (${target})`;
  throw new StepFailed("PROBE_UNEXPECTED", `${kind} from ${from} to ${aim}`, {
    ...mismatch,
    at: expectLocation,
  });
}
