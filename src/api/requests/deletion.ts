/**
 * Deleting as the API server does it. Most objects are gone at once. A pod on a
 * node is given time: it is marked, its kubelet ends its containers and then
 * asks again with no grace left. An object with finalizers is marked and stays
 * until its last finalizer is taken away.
 */
import type { Namespace } from "../objects/cluster.ts";
import { type AnyObject, type Kind, type KindMap, kinds } from "../objects/kinds.ts";
import type { ObjectKey, ObjectMeta } from "../objects/meta.ts";
import type { Pod } from "../objects/pod.ts";
import { isPodScheduled, isPodTerminal } from "../pods/pod-state.ts";
import type { Store } from "../store/store.ts";

/** What becomes of what the object owns: deleted afterwards, deleted before, or left behind. */
type PropagationPolicy = "Background" | "Foreground" | "Orphan";

export interface DeletionOptions {
  /** For pods. 0 ends it without waiting for the node. @default the pod's own terminationGracePeriodSeconds */
  readonly gracePeriodSeconds?: number;
  /** @default "Background", or what an earlier request has begun */
  readonly propagationPolicy?: PropagationPolicy;
}

export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";
export const namespaceFinalizer = "kubernetes";

const defaultGraceSeconds = 30;

/**
 * Asks for the end of an object. Safe to repeat: a second request changes
 * something only when it grants less time.
 *
 * @returns the object as it is now, or as it was last; undefined when there is none.
 */
export function requestDeletion<K extends Kind>(
  store: Store,
  kind: K,
  key: ObjectKey,
  options: DeletionOptions = {},
): KindMap[K] | undefined {
  const object = store.get(kind, key);
  if (object === undefined) return undefined;
  const grace = graceSecondsOf(object, options);
  const finalizers = finalizersAfter(object, options);
  if (grace === 0 && finalizers.length === 0 && !isHeldNamespace(object)) {
    return store.remove(kind, key);
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = grace } = object.metadata;
  // Time once granted can only become less.
  const isNews = deletionTimestamp === undefined || grace < deletionGracePeriodSeconds;
  const metadata: ObjectMeta = {
    ...withFinalizers(object.metadata, finalizers),
    ...(isNews && {
      deletionTimestamp: store.timestamp(grace),
      deletionGracePeriodSeconds: grace,
    }),
  };
  // Only metadata, and a namespace's phase, differ: the kind stays.
  return store.update<K>({ ...object, metadata, ...terminatingPhase(object) } as KindMap[K]);
}

/** True while nothing new may be made in a namespace. A namespace without an object is taken to be there. */
export function isNamespaceTerminating(store: Store, name: string): boolean {
  const namespace = store.get("Namespace", { namespace: "", name });
  return namespace?.metadata.deletionTimestamp !== undefined;
}

/** `metadata` with exactly these finalizers. */
export function withFinalizers(metadata: ObjectMeta, finalizers: readonly string[]): ObjectMeta {
  const { finalizers: _previous, ...rest } = metadata;
  return finalizers.length === 0 ? rest : { ...rest, finalizers };
}

/** Only a pod that a node may be running has anything to wait for. */
function graceSecondsOf(object: AnyObject, { gracePeriodSeconds }: DeletionOptions): number {
  if (object.kind !== "Pod" || !isPodScheduled(object) || isPodTerminal(object)) return 0;
  const pod: Pod = object;
  return Math.max(
    0,
    gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds,
  );
}

/** The garbage collector does its part, and takes its finalizer away again. */
function finalizersAfter(
  { metadata }: AnyObject,
  { propagationPolicy }: DeletionOptions,
): readonly string[] {
  const { finalizers = [] } = metadata;
  const others = finalizers.filter(
    (finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer,
  );
  const policy: PropagationPolicy | "Continue" = propagationPolicy ?? "Continue";
  switch (policy) {
    case "Continue":
      // A collector at work on an earlier request goes on, unless somebody wants otherwise.
      return metadata.deletionTimestamp === undefined ? others : finalizers;
    case "Background":
      return others;
    case "Foreground":
      return [...others, foregroundFinalizer];
    case "Orphan":
      return [...others, orphanFinalizer];
  }
}

function isHeldNamespace(object: AnyObject): object is Namespace {
  return object.kind === "Namespace" && (object.spec?.finalizers ?? []).length > 0;
}

function terminatingPhase(object: AnyObject): Pick<Namespace, "status"> | undefined {
  if (object.kind !== "Namespace") return undefined;
  return { status: { ...object.status, phase: "Terminating" } };
}

/** Every kind whose objects live in a namespace. */
export const namespacedKinds: readonly Kind[] = (Object.keys(kinds) as Kind[]).filter(
  // Object.keys loses the key type of a constant table.
  (kind) => kinds[kind].namespaced,
);
