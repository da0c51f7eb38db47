/** What each of the controllers here has to look at again, and when. */
import { isDeepStrictEqual } from "node:util";
import { findCondition } from "../../api/conditions.ts";
import type { Watch } from "../../api/controller/controller.ts";
import type { Node } from "../../api/objects/cluster.ts";
import { type AnyObject, isKind, type Kind, kinds } from "../../api/objects/kinds.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import { isPodScheduled } from "../../api/pods/pod-state.ts";
import { dependentsOf } from "./garbage-collector.ts";
import { formatObjectKey } from "./object-key.ts";

type Concern = (key: ObjectKey) => void;

/** For the garbage collector: what is owned or ends, and at an end whatever hung on it. */
export function ownership(kind: Kind): Watch {
  return {
    kind,
    start: (store, concern) => {
      const end = store.watch(kind, ({ type, object, previous }) => {
        if (type === "DELETED") {
          for (const dependent of dependentsOf(object, store)) concern(formatObjectKey(dependent));
          concernOwners(object, concern);
        } else if (previous === undefined) {
          concernIfTied(object, concern);
        } else if (!isTiedAlike(object, previous)) {
          concernIfTied(object, concern);
          concernOwners(previous, concern);
        }
      });
      for (const object of store.list(kind)) concernIfTied(object, concern);
      return end;
    },
  };
}

function concernIfTied(object: AnyObject, concern: Concern): void {
  const { ownerReferences = [], deletionTimestamp } = object.metadata;
  if (ownerReferences.length > 0 || deletionTimestamp !== undefined) {
    concern(formatObjectKey(object));
  }
}

/** An owner may be waiting for the end of what it owns. */
function concernOwners({ metadata }: AnyObject, concern: Concern): void {
  const { ownerReferences = [], namespace = "" } = metadata;
  for (const { kind, name } of ownerReferences) {
    if (!isKind(kind)) continue;
    const place = kinds[kind].namespaced ? namespace : "";
    concern({ namespace: "", name: `${kind}:${place}:${name}` });
  }
}

function isTiedAlike({ metadata: a }: AnyObject, { metadata: b }: AnyObject): boolean {
  return (
    a.ownerReferences === b.ownerReferences &&
    a.finalizers === b.finalizers &&
    a.deletionTimestamp === b.deletionTimestamp
  );
}

/** For the health of nodes: one that becomes ready or not, or is cordoned. Heartbeats concern nobody. */
export const nodeStates: Watch = {
  kind: "Node",
  start: (store, concern) => {
    const end = store.watch("Node", ({ object, previous }) => {
      if (previous === undefined || !isDeepStrictEqual(stateOf(object), stateOf(previous))) {
        concern(keyOf(object));
      }
    });
    for (const node of store.list("Node")) concern(keyOf(node));
    return end;
  },
};

function stateOf({ spec, status }: Node): readonly unknown[] {
  return [findCondition(status?.conditions, "Ready")?.status, spec.unschedulable, spec.taints];
}

/** For evictions: pods that come to a node. */
export const boundPods: Watch = {
  kind: "Pod",
  start: (store, concern) => {
    const end = store.watch("Pod", ({ object, previous }) => {
      if (isPodScheduled(object) && object.spec !== previous?.spec) concern(keyOf(object));
    });
    for (const pod of store.list("Pod")) if (isPodScheduled(pod)) concern(keyOf(pod));
    return end;
  },
};

/** For evictions: all pods of a node whose taints changed. */
export const taintedNodes: Watch = {
  kind: "Node",
  start: (store, concern) =>
    store.watch("Node", ({ object, previous }) => {
      if (object.spec.taints === previous?.spec.taints) return;
      for (const pod of store.list("Pod")) {
        if (pod.spec.nodeName === object.metadata.name) concern(keyOf(pod));
      }
    }),
};
