import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { newReplicaSetAnnotations, revisionAnnotation } from "./annotations.ts";
import { progressDeadlineOf, progressingOf, setCondition, startFacts } from "./conditions.ts";
import { newReplicaSet } from "./new-replica-set.ts";
import { replicasOf } from "./replica-counts.ts";
import { nextRevision } from "./revisions.ts";
import { newSetSize } from "./rolling-update.ts";
import type { ReplicaSets } from "./scaling.ts";
import type { DeploymentServices } from "./write.ts";

/** Passes on what changed in the Deployment apart from its template, and numbers the revision. */
export function syncNewSet(
  key: ObjectKey,
  { newSet, oldSets }: ReplicaSets,
  services: DeploymentServices,
): void {
  const { store } = services;
  const deployment = store.get("Deployment", key);
  if (deployment === undefined || newSet === undefined) return;
  const revision = nextRevision(oldSets);
  const { minReadySeconds = 0 } = deployment.spec;
  store.patch("ReplicaSet", keyOf(newSet), (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: newReplicaSetAnnotations(deployment, current, revision),
    },
    spec: {
      ...current.spec,
      ...((current.spec.minReadySeconds ?? 0) !== minReadySeconds && { minReadySeconds }),
    },
  }));
  // A ReplicaSet that had a higher number keeps it.
  const kept = store.get("ReplicaSet", keyOf(newSet))?.metadata.annotations?.[revisionAnnotation];
  const isUnsaid = progressingOf(deployment.status) === undefined;
  noteRevision(key, kept ?? String(revision), services);
  if (isUnsaid) noteStart(key, newSet, { how: "found", services });
}

/** Makes the ReplicaSet for the present template, as large as the strategy allows at once. */
export function createNewSet(
  key: ObjectKey,
  oldSets: readonly ReplicaSet[],
  services: DeploymentServices,
): void {
  const { store, record } = services;
  const deployment = store.get("Deployment", key);
  if (deployment === undefined) return;
  const revision = nextRevision(oldSets);
  const empty = newReplicaSet(deployment, revision);
  const replicas = newSetSize({ deployment, newSet: empty, oldSets });
  if (store.get("ReplicaSet", keyOf(empty)) !== undefined) {
    noteCollision(deployment, services);
    return;
  }
  const created = store.create<"ReplicaSet">({ ...empty, spec: { ...empty.spec, replicas } });
  if (replicasOf(created) > 0) {
    record(deployment, {
      reason: "ScalingReplicaSet",
      message: `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`,
    });
  }
  noteRevision(key, String(revision), services);
  noteStart(key, created, { how: "created", services });
}

/** Somebody else has the name: the count goes into the hash, and the next attempt gets another. */
function noteCollision(deployment: Deployment, { store }: DeploymentServices): void {
  store.patch("Deployment", keyOf(deployment), (current) => ({
    ...current,
    status: { ...current.status, collisionCount: (current.status?.collisionCount ?? 0) + 1 },
  }));
}

function noteRevision(key: ObjectKey, revision: string, { store }: DeploymentServices): void {
  store.patch("Deployment", key, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { ...current.metadata.annotations, [revisionAnnotation]: revision },
    },
  }));
}

interface Start {
  readonly how: "created" | "found";
  readonly services: DeploymentServices;
}

function noteStart(key: ObjectKey, newSet: ReplicaSet, { how, services }: Start): void {
  const { store } = services;
  store.patch("Deployment", key, (current) => {
    if (progressDeadlineOf(current) === undefined) return current;
    const { conditions = [] } = current.status ?? {};
    const facts = startFacts(newSet, how);
    return {
      ...current,
      status: {
        ...current.status,
        conditions: setCondition(conditions, facts, store.timestamp()),
      },
    };
  });
}
