/**
 * What flanneld installs on a node, after flannel's backend/vxlan and backend/hostgw.
 *
 * A VXLAN device without learning and, for each other node, three entries that say all there
 * is to know: the route that leads into the tunnel, the MAC address of its far end, and the node that has it.
 */
import type { LinkPlan, NeighbourPlan, NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import { addressAt, hostCidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { deriveMacAddress, type MacAddress } from "../../net/mac-address.ts";
import { type FlannelNetwork, type FlannelNode, podMtu, vxlanDevice } from "./flannel-network.ts";

/** Where the node's own traffic leaves, in every topology. */
const uplink = "eth0";

/** The address of a node's end of the tunnel: the first of its share, which no pod gets. */
function tunnelAddressOf({ podCIDR }: Pick<FlannelNode, "podCIDR">): IpAddress {
  return addressAt(podCIDR, 0);
}

/** What the node needs besides its pods' bridge; `nodes` are all of the cluster, itself included. */
export function planNode(
  node: FlannelNode,
  nodes: readonly FlannelNode[],
  network: FlannelNetwork,
): NetnsPlan {
  const others = nodes.filter(({ name }) => name !== node.name);
  if (network.options.backend === "host-gw") {
    return { netns: node.name, routes: others.map(throughNode) };
  }
  const isDirect = ({ subnet }: FlannelNode): boolean =>
    network.options.directRouting && subnet === node.subnet;
  const device = vxlanDevice(network);
  const tunnelled = others.filter((other) => !isDirect(other));
  return {
    netns: node.name,
    links: [tunnel(node, network)],
    addresses: [{ device, address: hostCidr(tunnelAddressOf(node)) }],
    routes: [
      ...others.filter(isDirect).map(throughNode),
      ...tunnelled.map((other) => throughTunnel(other, device)),
    ],
    neighbours: tunnelled.map((other) => farEnd(other, device)),
    fdb: tunnelled.map(({ name, address }) => ({
      device,
      mac: tunnelMac(name, device),
      destination: address,
    })),
  };
}

function tunnel({ name, address }: FlannelNode, network: FlannelNetwork): LinkPlan {
  const { vni, port } = network.options;
  const device = vxlanDevice(network);
  return {
    type: "vxlan",
    name: device,
    mac: tunnelMac(name, device),
    mtu: podMtu(network),
    vni,
    port,
    local: address,
    device: uplink,
    // Nothing floods and nothing learns: flanneld knows every node.
    learning: false,
    offload: "off",
  };
}

/** host-gw: the other node is the gateway to its pods. */
function throughNode({ podCIDR, address }: FlannelNode): RoutePlan {
  return { to: podCIDR, via: address, device: uplink };
}

/** `onlink`: the gateway is in no network of ours; the neighbour entry says who it is. */
function throughTunnel(other: FlannelNode, device: string): RoutePlan {
  return { to: other.podCIDR, via: tunnelAddressOf(other), device, onlink: true };
}

function farEnd(other: FlannelNode, device: string): NeighbourPlan {
  return { device, address: tunnelAddressOf(other), mac: tunnelMac(other.name, device) };
}

/** The real one is random and kept in the node's annotation `flannel.alpha.coreos.com/backend-data`. */
function tunnelMac(node: string, device: string): MacAddress {
  return deriveMacAddress(node, device);
}
