import type { AddressPlan, NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import { addressAt, type Cidr } from "../../net/cidr.ts";
import { familyOf, type IpAddress, type IpFamily } from "../../net/ip-address.ts";
import { linkLocalAddress } from "../../net/link-local.ts";
import { deriveMacAddress, type MacAddress } from "../../net/mac-address.ts";
import { type BridgeNetwork, type BridgeNode, podMtu } from "./bridge-network.ts";
import { renderIptablesRules } from "./iptables-rules.ts";

export interface NodeWiring {
  readonly plan: NetnsPlan;
  /** For `iptables-restore --noflush`, once: a second time adds the jumps again. */
  readonly iptables: string;
}

/** Where the node's own traffic leaves, in every topology. */
const uplink = "eth0";

/** kubeadm's preflight check; a reply between two ports of the bridge must meet the reverse DNAT. */
const bridgeSysctls: Readonly<Record<IpFamily, Readonly<Record<string, string>>>> = {
  ipv4: { "net/bridge/bridge-nf-call-iptables": "1" },
  ipv6: { "net/bridge/bridge-nf-call-ip6tables": "1" },
};

/** The first address of the node's share: the pods' gateway. */
export function gatewayOf({ podCIDR }: BridgeNode): IpAddress {
  return addressAt(podCIDR, 1);
}

/** What the node needs before its first pod; `nodes` are all of the cluster, itself included. */
export function planNode(
  node: BridgeNode,
  nodes: readonly BridgeNode[],
  network: BridgeNetwork,
): NodeWiring {
  const { bridge, mode } = network.options;
  const gateway: Cidr = { address: gatewayOf(node), prefixLength: node.podCIDR.prefixLength };
  const family = familyOf(gateway.address);
  const mac = deriveMacAddress(node.name, bridge);
  return {
    plan: {
      netns: node.name,
      sysctls: bridgeSysctls[family],
      links: [
        {
          type: "bridge",
          name: bridge,
          mac,
          mtu: podMtu(network),
        },
      ],
      addresses: [
        { device: bridge, address: gateway },
        ...(family === "ipv6" ? [linkLocalOn(bridge, mac)] : []),
      ],
      routes: mode === "routed" ? routesToOthers(node, nodes) : [],
    },
    iptables: renderIptablesRules(node, network),
  };
}

/** In its name the node asks who has a pod's address, for packets that are not its own. */
function linkLocalOn(device: string, mac: MacAddress): AddressPlan {
  const address = { address: linkLocalAddress(mac), prefixLength: 64 };
  return { device, address, scope: "link" };
}

/**
 * host-gw: the other node is the gateway to its pods, and a gateway must be on a wire of ours. To those of other
 * subnets the default route leads, and the router knows the rest: see plan-routers.ts.
 */
function routesToOthers(node: BridgeNode, nodes: readonly BridgeNode[]): readonly RoutePlan[] {
  return nodes
    .filter(({ name, subnet }) => name !== node.name && subnet === node.subnet)
    .map(({ podCIDR, address }) => ({ to: podCIDR, via: address, device: uplink }));
}
