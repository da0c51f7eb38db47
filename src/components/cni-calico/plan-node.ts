import type { LinkPlan, NetnsPlan } from "../../kernel/plan/plan.ts";
import { hostCidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { deriveMacAddress, type MacAddress } from "../../net/mac-address.ts";
import {
  type CalicoNetwork,
  type CalicoNode,
  podMtu,
  type Tunnel,
  tunnelOf,
} from "./calico-network.ts";

/** Where the node's own traffic leaves, in every topology. */
export const uplink = "eth0";

/** Calico's own numbers, which are neither the kernel's nor flannel's. */
const VXLAN_VNI = 4_096;
const VXLAN_PORT = 4_789;

/** RTPROT_* of routes that Felix writes. */
export const felixProtocol = 80;

/** A node and the address of its end of the tunnel; without encapsulation it has none. */
export interface NodeWithTunnel extends CalicoNode {
  readonly tunnelAddress: IpAddress | undefined;
}

/** What a node needs before its first pod: the tunnel, and who is at its other ends. Routes come with the blocks. */
export function planNode(
  node: NodeWithTunnel,
  nodes: readonly NodeWithTunnel[],
  network: CalicoNetwork,
): NetnsPlan {
  const tunnel = tunnelOf(network.options);
  const base = { netns: node.name };
  if (tunnel === undefined || node.tunnelAddress === undefined) return base;
  const { device } = tunnel;
  const plan = {
    ...base,
    links: [tunnelLink(tunnel, node, network)],
    addresses: [{ device, address: hostCidr(node.tunnelAddress) }],
  };
  if (tunnel.type === "ipip") return plan;
  const others = nodes.filter(({ name }) => name !== node.name);
  return {
    ...plan,
    neighbours: others.flatMap(({ name, tunnelAddress: address }) =>
      address === undefined ? [] : [{ device, address, mac: tunnelMac(name, device) }],
    ),
    fdb: others.map(({ name, address }) => ({
      device,
      mac: tunnelMac(name, device),
      destination: address,
    })),
  };
}

function tunnelLink({ type, device }: Tunnel, node: CalicoNode, network: CalicoNetwork): LinkPlan {
  const mtu = podMtu(network);
  if (type === "ipip") return { type: "ipip", name: device, mtu };
  return {
    type: "vxlan",
    name: device,
    mac: tunnelMac(node.name, device),
    mtu,
    vni: VXLAN_VNI,
    port: VXLAN_PORT,
    local: node.address,
    device: uplink,
    learning: false,
    offload: "off",
  };
}

/** The real one is derived from the node's name too: libcalico-go's `vtep` hashes it. */
function tunnelMac(node: string, device: string): MacAddress {
  return deriveMacAddress(node, device);
}
