import { PodwireError } from "../../../base/podwire-error.ts";
import { isWalked } from "../../../net/probe-kind.ts";
import { describeProbe } from "../../../observe/describe-probe.ts";
import type { ProbeResult } from "../../../observe/probe.ts";
import { describeWalk } from "../../../observe/walk/describe-walk.ts";
import type { Leg } from "../../../observe/walk/packet-walk.ts";
import type { Probe, ProbeStep } from "../../../topology/scenario/scenario.ts";
import { judgePath } from "../judge-path.ts";
import { judgeProbe } from "../judge-probe.ts";
import type { ScenarioLab } from "../scenario-lab.ts";
import { meaningsIn, type StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** @throws StepFailed when what came back is not what the step expects. */
export async function runProbe(
  { probe, expect, expectLocation }: ProbeStep,
  { lab, signal }: StepContext,
): Promise<string> {
  const meanings = meaningsIn(lab);
  const { result, there } = await send(lab, { probe, expect }, signal);
  const mismatch =
    judgeProbe(result, expect, meanings) ??
    (there && expect.path && judgePath(there, expect.path, meanings));
  if (mismatch === undefined) return describeProbe(result);
  const { kind, from, to, target } = result;
  const aim = target === to ? to : `${to} (${target})`;
  const again = await followed(lab, probe, { result, there }, signal);
  const hint = result.ok ? undefined : hintFor(probe);
  throw new StepFailed("PROBE_UNEXPECTED", `${kind} from ${from} to ${aim}`, {
    ...mismatch,
    ...(again !== undefined && { again }),
    ...(hint !== undefined && { hint }),
    at: expectLocation,
  });
}

/** Nobody outside has a way to a ClusterIP, and everybody tries it once. */
function hintFor({ from, to }: Probe): string | undefined {
  if (from.type !== "host" || to.where.type !== "service") return undefined;
  return "only the cluster knows a ClusterIP: from outside ask a node's port, `node/node01:30080`, or the address of a load balancer, which `podwire ps` shows";
}

interface Sent {
  readonly result: ProbeResult;
  readonly there?: Leg | undefined;
}

/** Watched on its way only where that is asked for. */
async function send(
  lab: ScenarioLab,
  { probe, expect }: Pick<ProbeStep, "probe" | "expect">,
  signal: AbortSignal,
): Promise<Sent> {
  if (expect.path === undefined) return { result: await lab.probe(probe, signal) };
  const walk = await lab.walk(probe, signal);
  return { result: walk.probe, there: walk.there };
}

/** Of a probe that got no answer: which way its packet goes, when it is sent once more. */
async function followed(
  lab: ScenarioLab,
  probe: Probe,
  { result, there }: Sent,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (result.ok || there !== undefined || !isWalked(probe.kind)) return undefined;
  try {
    return describeWalk(await lab.walk(probe, signal));
  } catch (error) {
    signal.throwIfAborted();
    // What cannot be sent again, as its pod is gone, has failed all the same.
    if (error instanceof PodwireError) return undefined;
    throw error;
  }
}
