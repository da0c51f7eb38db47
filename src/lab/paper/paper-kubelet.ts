/** A kubelet on paper: every pod that is bound to a node has an address and is ready at once. */
import type { Logger } from "pino";
import { withCondition } from "../../api/conditions.ts";
import { Controller, watching } from "../../api/controller/controller.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { isPodScheduled, isPodTerminating } from "../../api/pods/pod-state.ts";
import type { Store } from "../../api/store/store.ts";
import type { TopologyNode } from "../../topology/topology.ts";
import type { PodNetwork } from "../live/networks/pod-network.ts";
import { podNetns } from "../live/places/places.ts";

export interface PaperKubeletOptions {
  readonly store: Store;
  readonly nodes: readonly TopologyNode[];
  /** Gives addresses as in a lab: in the order in which pods come to a node. */
  readonly network: PodNetwork;
  /** Addresses that pods are said to have already. */
  readonly addressesOf: (key: ObjectKey) => readonly string[] | undefined;
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
        const podIPs = await addressesFor(pod, options, signal);
        if (podIPs.length > 0) store.update<"Pod">(running(pod, podIPs, store.timestamp()));
      }
      return {};
    },
  };
  return Controller.start(store, definition, log);
}

/** None on a node that is not there. */
async function addressesFor(
  pod: Pod,
  { nodes, network, addressesOf }: PaperKubeletOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const key = keyOf(pod);
  const node = nodes.find(({ name }) => name === pod.spec.nodeName);
  if (node === undefined) return [];
  if (pod.spec.hostNetwork === true) return node.addresses;
  const identity = { ...key, netns: podNetns(key), netnsPath: "", portMappings: [] };
  return addressesOf(key) ?? (await network.add(node, identity, signal)).addresses;
}

function running(pod: Pod, addresses: readonly string[], timestamp: string): Pod {
  const [podIP = ""] = addresses;
  const podIPs = addresses.map((ip) => ({ ip }));
  const ready = { type: "Ready", status: "True" } as const;
  const conditions = withCondition(pod.status?.conditions, ready, timestamp);
  return {
    ...pod,
    status: { ...pod.status, phase: "Running", podIP, podIPs, conditions },
  };
}
