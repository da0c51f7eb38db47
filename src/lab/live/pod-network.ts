/** The pod network as the lab drives it: one interface for every plugin. */
import { HostLocalIpam } from "../../components/cni-bridge/host-local-ipam.ts";
import { planNode } from "../../components/cni-bridge/plan-node.ts";
import { hostEndOf, planPod } from "../../components/cni-bridge/plan-pod.ts";
import type { NetnsPlan } from "../../kernel/plan.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import type { Topology, TopologyNode } from "../../topology/topology.ts";
import { RunError } from "./run-error.ts";

interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** The pod's netns, which exists. */
  readonly netns: string;
}

interface WiredPod {
  readonly address: IpAddress;
  readonly plan: NetnsPlan;
}

export interface PodNetwork {
  /** What a node needs before its first pod. `iptables` is for `iptables-restore --noflush`, once. */
  readonly node: (node: TopologyNode) => { readonly plan: NetnsPlan; readonly iptables: string };
  /** CNI ADD: takes an address and says how to wire it. */
  readonly add: (node: TopologyNode, pod: PodIdentity) => WiredPod;
  /** CNI DEL: gives the address back, and names the node's device to delete. */
  readonly remove: (node: TopologyNode, pod: PodIdentity) => { readonly device: string };
}

/** @throws RunError for a plugin that this version does not have. */
export function createPodNetwork(topology: Topology): PodNetwork {
  const { plugin, podCIDR } = topology.network;
  if (plugin.type !== "bridge") {
    throw new RunError("LAB_NO_PLUGIN", `network plugin ${plugin.type}: not in this version`, {
      hint: "use plugin: bridge",
    });
  }
  const network = { podCIDR, underlayMtu: topology.underlay.mtu, options: plugin };
  const ipamByNode = new Map(
    topology.nodes.map((node) => [node.name, new HostLocalIpam(node.podCIDR)]),
  );
  const ipamOf = ({ name }: TopologyNode): HostLocalIpam => {
    const ipam = ipamByNode.get(name);
    if (ipam === undefined) throw new RangeError(`there is no node ${name}`);
    return ipam;
  };
  return {
    node: (node) => planNode(node, topology.nodes, network),
    add: (node, pod) => {
      const address = ipamOf(node).allocate(pod.netns);
      return { address, plan: planPod(node, { ...pod, address }, network) };
    },
    remove: (node, pod) => {
      ipamOf(node).release(pod.netns);
      return { device: hostEndOf(pod) };
    },
  };
}
