/** The addresses of networks that give each node's pods out of that node's share. */
import { HostLocalIpam } from "../../../components/ipam-host-local/host-local-ipam.ts";
import type { IpAddress } from "../../../net/ip-address.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import type { PodIdentity } from "./pod-network.ts";

interface NodeAddresses {
  readonly allocate: (node: TopologyNode, pod: PodIdentity) => IpAddress;
  readonly release: (node: TopologyNode, pod: PodIdentity) => void;
}

export function nodeAddresses(nodes: readonly TopologyNode[]): NodeAddresses {
  const ipamByNode = new Map(nodes.map(({ name, podCIDR }) => [name, new HostLocalIpam(podCIDR)]));
  const ipamOf = ({ name }: TopologyNode): HostLocalIpam => {
    const ipam = ipamByNode.get(name);
    if (ipam === undefined) throw new RangeError(`there is no node ${name}`);
    return ipam;
  };
  return {
    allocate: (node, { netns }) => ipamOf(node).allocate(netns),
    release: (node, { netns }) => ipamOf(node).release(netns),
  };
}
