/** A kubelet on paper: every pod that is bound to a node has an address and is ready at once. */
import type { Logger } from "pino";
import { withCondition } from "../../api/conditions.ts";
import { Controller, watching } from "../../api/controller.ts";
import { keyOf, type ObjectKey } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { isPodScheduled, isPodTerminating } from "../../api/pod-state.ts";
import type { Store } from "../../api/store.ts";
import type { TopologyNode } from "../../topology/topology.ts";
import { podNetns } from "../live/places.ts";
import type { PodNetwork } from "../live/pod-network.ts";

export interface PaperKubeletOptions {
  readonly store: Store;
  readonly nodes: readonly TopologyNode[];
  /** Gives addresses as in a lab: in the order in which pods come to a node. */
  readonly network: PodNetwork;
  /** Addresses that pods are said to have already. */
  readonly addressOf: (key: ObjectKey) => string | undefined;
  readonly log: Logger;
}

export function startPaperKubelet(options: PaperKubeletOptions): Controller {
  const { store, log } = options;
  const definition = {
    name: "kubelet",
    // In the order in which they are bound, as kubelets hear of them.
    watches: [watching("Pod", (pod) => (isPodScheduled(pod) ? [keyOf(pod)] : []))],
    reconcile: async (key: ObjectKey, signal: AbortSignal) => {
      const pod = store.get("Pod", key);
      if (pod === undefined || !isPodScheduled(pod)) return {};
      if (isPodTerminating(pod)) store.remove("Pod", key);
      else if (pod.status?.podIP === undefined) {
        const podIP = await addressFor(pod, options, signal);
        if (podIP !== undefined) store.update<"Pod">(running(pod, podIP, store.timestamp()));
      }
      return {};
    },
  };
  return Controller.start(store, definition, log);
}

/** Undefined on a node that is not there. */
async function addressFor(
  pod: Pod,
  { nodes, network, addressOf }: PaperKubeletOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = keyOf(pod);
  const node = nodes.find(({ name }) => name === pod.spec.nodeName);
  if (node === undefined) return undefined;
  if (pod.spec.hostNetwork === true) return node.address;
  const identity = { ...key, netns: podNetns(key), netnsPath: "", portMappings: [] };
  return addressOf(key) ?? (await network.add(node, identity, signal)).address;
}

function running(pod: Pod, podIP: string, timestamp: string): Pod {
  const ready = { type: "Ready", status: "True" } as const;
  const conditions = withCondition(pod.status?.conditions, ready, timestamp);
  return {
    ...pod,
    status: { ...pod.status, phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions },
  };
}
