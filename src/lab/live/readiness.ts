/** Has everything come true that the objects ask for? Pure: reads objects, answers in sentences. */
import type { KubeObject } from "../../api/meta.ts";
import { controllingOwner } from "../../api/owner.ts";
import type { Pod } from "../../api/pod.ts";
import { isPodReady, isPodTerminating } from "../../api/pod-state.ts";
import type { Store } from "../../api/store.ts";
import type { Deployment, ReplicaSet, StatefulSet } from "../../api/workload.ts";
import { podReason } from "./pod-reason.ts";

/** What is still missing, a sentence each; none when all is there. */
export function missingIn(store: Store): readonly string[] {
  return [
    ...store.list("Deployment").flatMap(missingInDeployment),
    ...store.list("StatefulSet").flatMap((set) => missingReplicas("statefulset", set)),
    ...store
      .list("ReplicaSet")
      .filter((set) => controllingOwner(set) === undefined)
      .flatMap((set) => missingReplicas("replicaset", set)),
    ...store.list("DaemonSet").flatMap(({ metadata, status }) => {
      const { desiredNumberScheduled = 0, numberReady = 0, observedGeneration } = status ?? {};
      const isSeen = observedGeneration === metadata.generation;
      return isSeen && numberReady === desiredNumberScheduled
        ? []
        : [`daemonset ${nameOf(metadata)}: ${numberReady} of ${desiredNumberScheduled} ready`];
    }),
    ...store.list("Pod").flatMap(missingInPod),
  ];
}

function missingInDeployment({ metadata, spec, status = {} }: Deployment): readonly string[] {
  const { replicas: wanted = 1 } = spec;
  const { updatedReplicas = 0, readyReplicas = 0, replicas = 0, observedGeneration } = status;
  const isSeen = observedGeneration === metadata.generation;
  const isWhole = updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted;
  if (isSeen && isWhole) return [];
  const old = replicas - updatedReplicas;
  const name = nameOf(metadata);
  if (!isSeen) return [`deployment ${name}: not looked at since its last change`];
  return [
    `deployment ${name}: ${readyReplicas} of ${wanted} ready${old > 0 ? `, ${old} to be replaced` : ""}`,
  ];
}

function missingReplicas(
  kind: string,
  { metadata, spec, status }: ReplicaSet | StatefulSet,
): readonly string[] {
  const { replicas: wanted = 1 } = spec;
  const { readyReplicas = 0, observedGeneration } = status ?? {};
  return observedGeneration === metadata.generation && readyReplicas === wanted
    ? []
    : [`${kind} ${nameOf(metadata)}: ${readyReplicas} of ${wanted} ready`];
}

/** Also a pod that is on its way out: what it leaves behind is part of the picture. */
function missingInPod(pod: Pod): readonly string[] {
  if (pod.status?.phase === "Succeeded" || (isPodReady(pod) && !isPodTerminating(pod))) return [];
  const name = nameOf(pod.metadata);
  return [`pod ${name}: ${podReason(pod)}`];
}

function nameOf({ namespace, name }: KubeObject["metadata"]): string {
  return `${namespace}/${name}`;
}
