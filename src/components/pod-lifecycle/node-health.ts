/** What an unwell node means for its pods. After Kubernetes' pkg/controller/nodelifecycle. */
import { isDeepStrictEqual } from "node:util";
import { findCondition, withCondition } from "../../api/conditions.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { Node, Taint } from "../../api/objects/cluster.ts";
import type { Pod, TaintEffect } from "../../api/objects/pod.ts";
import { isPodReady } from "../../api/pods/pod-state.ts";
import type { Store } from "../../api/store/store.ts";

export interface HealthServices {
  readonly store: Store;
  readonly record: RecordEvent;
}

const prefix = "node.kubernetes.io/";

/** Every taint that is written here, and so may be taken away here. */
const managed: ReadonlySet<string> = new Set(
  ["not-ready", "unreachable", "unschedulable"].map((name) => prefix + name),
);

/**
 * The taints that follow from a node's state. A node that has not said yet
 * whether it is ready is taken to be: its kubelet has just begun.
 */
export function healthTaints({ spec, status }: Node): readonly Taint[] {
  const ready = findCondition(status?.conditions, "Ready")?.status;
  return [
    ...(spec.unschedulable === true ? [taint("unschedulable", "NoSchedule")] : []),
    ...(ready === "False" ? both("not-ready") : []),
    ...(ready === "Unknown" ? both("unreachable") : []),
  ];
}

/** Taints the node that the key names as its state demands, and takes its pods out of service while it is unwell. */
export function followNodeHealth({ store, record }: HealthServices): Reconcile {
  /** By name, the node's uid: another node of the name is another node. */
  const registered = new Map<string, string | undefined>();
  return (key) => {
    const node = store.get("Node", key);
    if (node === undefined) return {};
    if (registered.get(key.name) !== node.metadata.uid) {
      registered.set(key.name, node.metadata.uid);
      const message = `Node ${key.name} event: Registered Node ${key.name} in Controller`;
      record(node, { reason: "RegisteredNode", message });
    }
    store.update<"Node">({ ...node, spec: withTaints(node) });
    const ready = findCondition(node.status?.conditions, "Ready")?.status ?? "True";
    if (ready === "True") return {};
    for (const pod of store.list("Pod")) {
      if (pod.spec.nodeName !== key.name || !isPodReady(pod)) continue;
      store.update<"Pod">(unready(pod, store.timestamp()));
      const message = "Node is not ready";
      record(pod, { type: "Warning", reason: "NodeNotReady", message });
    }
    return {};
  };
}

/** Nobody can tell whether the pod still serves, so nobody shall be sent to it. */
function unready(pod: Pod, timestamp: string): Pod {
  const condition = { type: "Ready", status: "False" } as const;
  const conditions = withCondition(pod.status?.conditions, condition, timestamp);
  return { ...pod, status: { ...pod.status, conditions } };
}

function withTaints({ spec, ...node }: Node): Node["spec"] {
  const { taints: before = [], ...rest } = spec;
  const others = before.filter(({ key }) => !managed.has(key));
  const taints = [...others, ...healthTaints({ ...node, spec })];
  // The same set in another order is no change.
  if (isDeepStrictEqual(new Set(taints), new Set(before))) return spec;
  return taints.length === 0 ? rest : { ...rest, taints };
}

function both(name: string): readonly Taint[] {
  return [taint(name, "NoSchedule"), taint(name, "NoExecute")];
}

function taint(name: string, effect: TaintEffect): Taint {
  return { key: prefix + name, effect };
}
