import type { Orphans } from "../../api/controller/claim-objects.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import { keyOf } from "../../api/objects/meta.ts";
import type { Deployment } from "../../api/objects/workload.ts";
import type { Store } from "../../api/store/store.ts";
import { sizeAnnotations } from "./annotations.ts";
import { type Resize, replicasOf } from "./replica-counts.ts";

export interface DeploymentServices {
  readonly store: Store;
  readonly orphans: Orphans<"ReplicaSet">;
  readonly record: RecordEvent;
  readonly now: () => number;
}

/** Writes the new sizes, and what they were computed from. True when any size differs. */
export function applySizes(
  deployment: Deployment,
  resizes: readonly Resize[],
  { store, record }: DeploymentServices,
): boolean {
  let isAnyResized = false;
  for (const { replicaSet, replicas } of resizes) {
    const { name, annotations } = replicaSet.metadata;
    const before = replicasOf(replicaSet);
    store.patch("ReplicaSet", keyOf(replicaSet), (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        annotations: { ...annotations, ...sizeAnnotations(deployment) },
      },
      spec: { ...current.spec, replicas },
    }));
    if (before === replicas) continue;
    isAnyResized = true;
    const direction = before < replicas ? "up" : "down";
    record(deployment, {
      reason: "ScalingReplicaSet",
      message: `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`,
    });
  }
  return isAnyResized;
}
