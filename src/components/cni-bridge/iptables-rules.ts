import { formatCidr } from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import type { BridgeNetwork, BridgeNode } from "./bridge-network.ts";

/** Where pods' packets towards the outside get the node's address. */
const MASQUERADE_CHAIN = "CNI-BRIDGE-MASQ";

const loopback = { ipv4: "127.0.0.0/8", ipv6: "::1/128" } as const;
const multicast = { ipv4: "224.0.0.0/4", ipv6: "ff00::/8" } as const;

/**
 * The node's rules of one address family, as `iptables-restore --noflush` or `ip6tables-restore` reads them.
 *
 * Chains of our own hold what has an order; the built-in chains only get jumps
 * and accepts, so they go well with kube-proxy's, which come before or after.
 */
export function renderIptablesRules(node: BridgeNode, network: BridgeNetwork): string {
  const rules =
    network.options.mode === "routed"
      ? [...routedFilter(network), ...routedNat(node, network)]
      : [...dockerFilter(network), ...dockerNat(node, network)];
  return `${rules.join("\n")}\n`;
}

function routedFilter({ podCIDR }: BridgeNetwork): readonly string[] {
  const pods = formatCidr(podCIDR);
  return [
    "*filter",
    comment(`-A FORWARD -s ${pods}`, "from pods", "ACCEPT"),
    comment(`-A FORWARD -d ${pods}`, "to pods", "ACCEPT"),
    "COMMIT",
  ];
}

function routedNat(node: BridgeNode, { podCIDR, options }: BridgeNetwork): readonly string[] {
  if (!options.masquerade) return [];
  return [
    "*nat",
    `:${MASQUERADE_CHAIN} - [0:0]`,
    comment(`-A POSTROUTING -s ${formatCidr(node.podCIDR)}`, "pods to outside", MASQUERADE_CHAIN),
    // No NAT between pods, wherever they are.
    `-A ${MASQUERADE_CHAIN} -d ${formatCidr(podCIDR)} -j RETURN`,
    // The source is what multicast receivers subscribe to.
    `-A ${MASQUERADE_CHAIN} -d ${multicast[familyOf(podCIDR.address)]} -j RETURN`,
    `-A ${MASQUERADE_CHAIN} -j MASQUERADE`,
    "COMMIT",
  ];
}

/** What dockerd writes at its start, before any port is published. */
function dockerFilter({ options: { bridge } }: BridgeNetwork): readonly string[] {
  return [
    "*filter",
    ":FORWARD DROP [0:0]",
    ":DOCKER - [0:0]",
    ":DOCKER-ISOLATION-STAGE-1 - [0:0]",
    ":DOCKER-ISOLATION-STAGE-2 - [0:0]",
    ":DOCKER-USER - [0:0]",
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
    `-A FORWARD -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A FORWARD -o ${bridge} -j DOCKER`,
    `-A FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT`,
    `-A FORWARD -i ${bridge} -o ${bridge} -j ACCEPT`,
    // From one network of Docker's to another; here is but one.
    `-A DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`,
    "-A DOCKER-ISOLATION-STAGE-1 -j RETURN",
    `-A DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`,
    "-A DOCKER-ISOLATION-STAGE-2 -j RETURN",
    "-A DOCKER-USER -j RETURN",
    "COMMIT",
  ];
}

function dockerNat(node: BridgeNode, { options }: BridgeNetwork): readonly string[] {
  const { bridge, masquerade } = options;
  const pods = formatCidr(node.podCIDR);
  return [
    "*nat",
    ":DOCKER - [0:0]",
    "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    `-A OUTPUT ! -d ${loopback[familyOf(node.podCIDR.address)]} -m addrtype --dst-type LOCAL -j DOCKER`,
    ...(masquerade ? [`-A POSTROUTING -s ${pods} ! -o ${bridge} -j MASQUERADE`] : []),
    `-A DOCKER -i ${bridge} -j RETURN`,
    "COMMIT",
  ];
}

function comment(match: string, text: string, target: string): string {
  return `${match} -m comment --comment "${text}" -j ${target}`;
}
