/** How a node comes into the cluster: its Node object, with what kubelet says of it. */

import type { RecordEvent } from "../../../api/controller/event-recorder.ts";
import type { Node } from "../../../api/objects/cluster.ts";
import type { Labels } from "../../../api/objects/meta.ts";
import type { Store } from "../../../api/store/store.ts";
import { type NodeFacts, nodeStatus } from "../status/node-status.ts";

interface Registration {
  readonly store: Store;
  readonly node: NodeFacts;
}

/** Posts the node's status, to the Node that is there or to a new one. */
export function registerNode({ store, node }: Registration): void {
  const key = { namespace: "", name: node.name };
  const posted = (object: Node): Node => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labelsOf(node), ...object.metadata.labels },
    },
    status: nodeStatus(node, object.status, store.timestamp()),
  });
  if (store.patch("Node", key, posted) !== undefined) return;
  const metadata = { name: node.name };
  store.create<"Node">(posted({ apiVersion: "v1", kind: "Node", metadata, spec: {} }));
}

/** Each under its name of old as well, as kubelet still has it. */
function labelsOf({ name, architecture }: NodeFacts): Labels {
  return {
    "beta.kubernetes.io/arch": architecture,
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": architecture,
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
  };
}

/** What `kubectl describe node` tells of its start. */
export function announceNode({ store, node }: Registration, record: RecordEvent): void {
  const found = store.get("Node", { namespace: "", name: node.name });
  if (found === undefined) return;
  // Kubelet takes the node's name for its uid, and kubectl looks for the events under that.
  const object = { ...found, metadata: { ...found.metadata, uid: node.name } };
  record(object, { reason: "Starting", message: "Starting kubelet." });
  const states = [
    "NodeHasSufficientMemory",
    "NodeHasNoDiskPressure",
    "NodeHasSufficientPID",
    "NodeReady",
  ];
  for (const reason of states) {
    record(object, { reason, message: `Node ${node.name} status is now: ${reason}` });
  }
}
