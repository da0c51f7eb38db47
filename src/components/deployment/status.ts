import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { availableFacts, type DeploymentStatus, type Moment, setCondition } from "./conditions.ts";
import { actualTotal, availableTotal, desiredTotal, readyTotal } from "./replica-counts.ts";
import type { ReplicaSets } from "./scaling.ts";

/** What the ReplicaSets amount to, with the condition Available. Counts of zero are left out, as the API writes them. */
export function statusOf(
  deployment: Deployment,
  { newSet, oldSets }: ReplicaSets,
  { timestamp }: Moment,
): DeploymentStatus {
  const all: readonly ReplicaSet[] = newSet === undefined ? oldSets : [...oldSets, newSet];
  const available = availableTotal(all);
  const { generation } = deployment.metadata;
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...withoutZeros({
      replicas: actualTotal(all),
      updatedReplicas: newSet === undefined ? 0 : actualTotal([newSet]),
      readyReplicas: readyTotal(all),
      availableReplicas: available,
      // Wanted and not there counts as well, so the wanted total is what to compare with.
      unavailableReplicas: Math.max(0, desiredTotal(all) - available),
    }),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: setCondition(conditions, availableFacts(deployment, available), timestamp),
  };
}

function withoutZeros<T extends Readonly<Record<string, number>>>(counts: T): Partial<T> {
  const some = Object.entries(counts).filter(([, count]) => count !== 0);
  // The keys are T's own, and each value is T's at that key.
  return Object.fromEntries(some) as Partial<T>;
}
