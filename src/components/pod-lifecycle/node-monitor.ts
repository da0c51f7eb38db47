/** Which nodes are silent, and so unknown. After Kubernetes' pkg/controller/nodelifecycle (monitorNodeHealth). */

import { findCondition, withCondition } from "../../api/conditions.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Store } from "../../api/store/store.ts";
import type { HealthServices } from "./node-health.ts";

/** `--node-monitor-grace-period`, since Kubernetes 1.29. */
const graceMs = 50_000;
/** What kubelet reports, and nobody knows of a node that is silent. */
const conditionTypes = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const;

interface MonitorServices extends HealthServices {
  /** Milliseconds since the epoch, by the clock of the kubelets: all nodes of a lab have one. */
  readonly now: () => number;
}

/**
 * Says Unknown of a node that has not renewed its Lease for so long, nor posted its status. A node that has no
 * Lease yet is left alone: its kubelet has just begun.
 */
export function monitorNode({ store, record, now }: MonitorServices): Reconcile {
  return (key) => {
    const node = store.get("Node", key);
    if (node === undefined || isUnknown(node)) return {};
    const heardAtMs = lastHeardAtMs(store, node);
    if (heardAtMs === undefined) return { requeueAfterMs: graceMs };
    const leftMs = heardAtMs + graceMs - now();
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    const { name } = node.metadata;
    store.update<"Node">(silent(node, store.timestamp()));
    const message = `Node ${name} status is now: NodeNotReady`;
    record(node, { reason: "NodeNotReady", message });
    return {};
  };
}

function isUnknown({ status }: Node): boolean {
  return findCondition(status?.conditions, "Ready")?.status === "Unknown";
}

function lastHeardAtMs(store: Store, { metadata: { name }, status }: Node): number | undefined {
  const lease = store.get("Lease", { namespace: "kube-node-lease", name });
  if (lease?.spec?.renewTime === undefined) return undefined;
  const posted = findCondition(status?.conditions, "Ready")?.lastHeartbeatTime;
  return Math.max(
    ...[lease.spec.renewTime, posted].flatMap((time) =>
      time === undefined ? [] : Date.parse(time),
    ),
  );
}

function silent({ status, ...node }: Node, timestamp: string): Node {
  const unknown = {
    status: "Unknown",
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
  } as const;
  const conditions = conditionTypes.reduce((before, type) => {
    const { lastHeartbeatTime } = findCondition(before, type) ?? {};
    const heard = lastHeartbeatTime === undefined ? {} : { lastHeartbeatTime };
    return withCondition(before, { type, ...unknown, ...heard }, timestamp);
  }, status?.conditions ?? []);
  return { ...node, status: { ...status, conditions } };
}
