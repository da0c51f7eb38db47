/** When a lab has come to rest: what its objects ask for is there. */
import { beforeAbort } from "../../../base/before-abort.ts";
import { Deadline } from "../../../base/deadline.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Cluster } from "../cluster.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import { RunError } from "../run-error.ts";
import { untilDnsAnswers } from "./dns-answers.ts";
import { hopeless, isWhole, missingIn } from "./readiness.ts";
import { tooLate } from "./too-late.ts";
import { waitForStore } from "./wait-for.ts";

interface Unsettled {
  readonly cluster: Cluster;
  readonly network: PodNetwork;
  readonly topology: Pick<Topology, "dns" | "pods">;
  /** The nodes, each of which is to get an answer from the cluster's DNS. */
  readonly from: Parameters<typeof untilDnsAnswers>[0]["from"];
}

/**
 * Waits until pods are ready, endpoints written, every node's rules with them, routes known, and the cluster's DNS answers.
 *
 * @throws RunError LAB_NOT_READY when the time is up, with what is missing; sooner when waiting is in vain.
 */
export async function untilSettled(
  { cluster, network, topology, from }: Unsettled,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { store } = cluster;
  using deadline = new Deadline(withinMs, signal);
  try {
    const { probeTimeScale } = topology.pods;
    const sinceMs = Date.now();
    const late = (): string | undefined =>
      tooLate(store, { sinceMs, untilMs: sinceMs + withinMs, probeTimeScale });
    const isDecided = (): boolean =>
      isWhole(store) || hopeless(store) !== undefined || late() !== undefined;
    await waitForStore(store, isDecided, deadline.signal);
    checkHope(store, { late: late(), withinMs });
    await beforeAbort(cluster.settled(), deadline.signal);
    await network.converged?.(deadline.signal);
    await untilDnsAnswers({ dns: topology.dns, store, from }, deadline.signal);
  } catch (error) {
    if (!deadline.isOver) throw error;
    throw new RunError("LAB_NOT_READY", `not ready within ${withinMs} ms: ${missing(store)}`);
  }
}

/** @throws RunError LAB_NOT_READY when what is missing will not come. */
function checkHope(
  store: Cluster["store"],
  { late, withinMs }: { readonly late: string | undefined; readonly withinMs: number },
): void {
  const reason = hopeless(store);
  if (reason !== undefined) throw new RunError("LAB_NOT_READY", reason);
  if (late === undefined) return;
  throw new RunError("LAB_NOT_READY", `${late}, and ${withinMs / 1_000} s is how long this waits`, {
    hint: "in the topology's spec, `pods: {readyWithin: 5m}` waits longer, and `pods: {probeTimeScale: 0.1}` lets all probes begin sooner",
  });
}

/** The first few of what is missing. */
function missing(store: Cluster["store"]): string {
  const all = missingIn(store);
  if (all.length === 0)
    return "controllers and rules have not come to rest, or DNS does not answer";
  const shown = all.slice(0, 5).join("; ");
  return all.length > 5 ? `${shown}; and ${all.length - 5} more` : shown;
}
