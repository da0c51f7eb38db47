/** When a lab has come to rest: what its objects ask for is there. */
import { beforeAbort } from "../../../base/before-abort.ts";
import { Deadline } from "../../../base/deadline.ts";
import { until } from "../../../base/until.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Cluster } from "../cluster.ts";
import type { PodNetwork } from "../networks/pod-network.ts";
import { RunError } from "../run-error.ts";
import { untilDnsAnswers } from "./dns-answers.ts";
import { notReadyText } from "./not-ready-text.ts";
import { haveOutlived } from "./outlived.ts";
import { untilProgramsBegun } from "./programs-begun.ts";
import { hopeless, isWhole, missingIn } from "./readiness.ts";
import { tooLate } from "./too-late.ts";
import { waitForStore } from "./wait-for.ts";

interface Unsettled {
  readonly cluster: Cluster;
  readonly network: PodNetwork;
  readonly topology: Pick<Topology, "dns" | "pods">;
  /** The nodes, each of which is to get an answer from the cluster's DNS. */
  readonly from: Parameters<typeof untilDnsAnswers>[0]["from"];
  /** What is asked of containers that ended before: a lab that is built begins with all that makes them end. */
  readonly restarted: "outlive their last run" | "count at once";
}

/**
 * Waits until pods are ready, endpoints written, every node's rules with them, routes known, and the cluster's DNS answers; and
 * until all of that is so at one time: a pod whose program has ended meanwhile has to be ready again.
 *
 * @throws RunError LAB_NOT_READY when the time is up, with what is missing; sooner when waiting is in vain.
 */
export async function untilSettled(
  { cluster, network, topology, from, restarted }: Unsettled,
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
    do {
      await waitForStore(store, isDecided, deadline.signal);
      checkHope(store, { late: late(), withinMs });
      await beforeAbort(cluster.settled(), deadline.signal);
      await network.converged?.(deadline.signal);
      await Promise.all([
        untilDnsAnswers({ dns: topology.dns, store, from }, deadline.signal),
        untilProgramsBegun(store, cluster.containers, deadline.signal),
      ]);
      if (restarted === "outlive their last run") await untilOutlived(store, deadline.signal);
      // Of a program that has ended its kubelet knows, and says so.
      await beforeAbort(cluster.settled(), deadline.signal);
    } while (!isWhole(store));
  } catch (error) {
    if (!deadline.isOver) throw error;
    throw new RunError("LAB_NOT_READY", notReadyText(withinMs, missingIn(store)));
  }
}

/** Also resolves when one of them has ended again. */
async function untilOutlived(store: Cluster["store"], signal: AbortSignal): Promise<void> {
  const isDecided = async (): Promise<true | undefined> =>
    haveOutlived(store, Date.now()) || !isWhole(store) || undefined;
  await until(isDecided, { intervalMs: 50, signal });
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
