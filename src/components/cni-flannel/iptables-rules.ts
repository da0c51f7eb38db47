import { formatCidr } from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import type { FlannelNetwork, FlannelNode } from "./flannel-network.ts";

/**
 * What flanneld writes at its start, in its order, as `iptables-restore --noflush` reads it; after
 * flannel's pkg/trafficmngr/iptables.
 */
export function renderIptablesRules(node: FlannelNode, network: FlannelNetwork): string {
  const rules = [
    ...filterRules(network),
    ...(network.options.masquerade ? natRules(node, network) : []),
  ];
  return `${rules.join("\n")}\n`;
}

function filterRules({ podCIDR }: FlannelNetwork): readonly string[] {
  const pods = formatCidr(podCIDR);
  return [
    "*filter",
    ":FLANNEL-FWD - [0:0]",
    rule("-A FORWARD", "flanneld forward", "FLANNEL-FWD"),
    rule(`-A FLANNEL-FWD -s ${pods}`, "flanneld forward", "ACCEPT"),
    rule(`-A FLANNEL-FWD -d ${pods}`, "flanneld forward", "ACCEPT"),
    "COMMIT",
  ];
}

const multicast = { ipv4: "224.0.0.0/4", ipv6: "ff00::/8" } as const;

function natRules(node: FlannelNode, { podCIDR }: FlannelNetwork): readonly string[] {
  const pods = formatCidr(podCIDR);
  const own = formatCidr(node.podCIDR);
  const masquerade = "MASQUERADE --random-fully";
  const chain = (match: string, target: string): string =>
    rule(`-A FLANNEL-POSTRTG ${match}`, "flanneld masq", target);
  return [
    "*nat",
    ":FLANNEL-POSTRTG - [0:0]",
    rule("-A POSTROUTING", "flanneld masq", "FLANNEL-POSTRTG"),
    // kube-proxy's mark: KUBE-POSTROUTING masquerades these, and not twice.
    chain("-m mark --mark 0x4000/0x4000", "RETURN"),
    chain(`-s ${own} -d ${pods}`, "RETURN"),
    chain(`-s ${pods} -d ${own}`, "RETURN"),
    // What comes from outside to a pod of ours keeps its source.
    chain(`! -s ${pods} -d ${own}`, "RETURN"),
    chain(`-s ${pods} ! -d ${multicast[familyOf(podCIDR.address)]}`, masquerade),
    // A node's own address would be answered around the tunnel.
    chain(`! -s ${pods} -d ${pods}`, masquerade),
    "COMMIT",
  ];
}

function rule(match: string, comment: string, target: string): string {
  return `${match} -m comment --comment "${comment}" -j ${target}`;
}
