/** Has everything come true that the objects ask for? Pure: reads objects, answers in sentences. */
import type { KubeObject } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type {
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from "../../../api/objects/workload.ts";
import { controllingOwner } from "../../../api/owner.ts";
import { isPodReady, isPodTerminating } from "../../../api/pods/pod-state.ts";
import type { Store } from "../../../api/store/store.ts";
import { podReason } from "./pod-reason.ts";
import { podTrouble } from "./pod-trouble.ts";

/** What is still missing, a sentence each; none when all is there. Pods first, which tell why. */
export function missingIn(store: Store): readonly string[] {
  return [...missingPods(store, (pod) => podTrouble(store, pod)), ...missingInWorkloads(store)];
}

/** Whether nothing is: asked after every change, so it ends at the first that is missing. Those few tell of most. */
export function isWhole(store: Store): boolean {
  return (
    missingInWorkloads(store).next().done === true &&
    missingPods(store, () => undefined).next().done === true
  );
}

/** A pod that has failed and that nobody replaces, in a sentence: there is nothing to wait for. */
export function hopeless(store: Store): string | undefined {
  const pod = store
    .list("Pod")
    .find((each) => each.status?.phase === "Failed" && controllingOwner(each) === undefined);
  if (pod === undefined) return undefined;
  return `pod ${nameOf(pod.metadata)} has failed, and nobody replaces it: ${podReason(pod)}`;
}

function* missingPods(
  store: Store,
  troubleOf: (pod: Pod) => string | undefined,
): Generator<string, void> {
  for (const pod of store.list("Pod")) yield* missingInPod(pod, troubleOf);
}

function* missingInWorkloads(store: Store): Generator<string, void> {
  for (const deployment of store.list("Deployment")) yield* missingInDeployment(deployment);
  for (const set of store.list("StatefulSet")) yield* missingReplicas("statefulset", set);
  for (const set of store.list("ReplicaSet")) {
    if (controllingOwner(set) === undefined) yield* missingReplicas("replicaset", set);
  }
  for (const set of store.list("DaemonSet")) yield* missingInDaemonSet(set);
}

function missingInDaemonSet({ metadata, status }: DaemonSet): readonly string[] {
  const { desiredNumberScheduled = 0, numberReady = 0, observedGeneration } = status ?? {};
  return observedGeneration === metadata.generation && numberReady === desiredNumberScheduled
    ? []
    : [`daemonset ${nameOf(metadata)}: ${numberReady} of ${desiredNumberScheduled} ready`];
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
function missingInPod(pod: Pod, troubleOf: (pod: Pod) => string | undefined): readonly string[] {
  if (pod.status?.phase === "Succeeded" || (isPodReady(pod) && !isPodTerminating(pod))) return [];
  const name = nameOf(pod.metadata);
  return [`pod ${name}: ${troubleOf(pod) ?? podReason(pod)}`];
}

function nameOf({ namespace, name }: KubeObject["metadata"]): string {
  return `${namespace}/${name}`;
}
