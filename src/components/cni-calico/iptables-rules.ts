import { formatCidr } from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import { type CalicoNetwork, type CalicoNode, type Tunnel, tunnelOf } from "./calico-network.ts";

/** Felix's names have the family's number in them. */
function setNames({ podCIDR }: CalicoNetwork) {
  const prefix = familyOf(podCIDR.address) === "ipv4" ? "cali40" : "cali60";
  return {
    allPools: `${prefix}all-ipam-pools`,
    masqueradedPools: `${prefix}masq-ipam-pools`,
    allHosts: `${prefix}all-hosts-net`,
  };
}

/** For `ipset restore`: the pools, and who may send us what is encapsulated. */
export function renderIpsets(nodes: readonly CalicoNode[], network: CalicoNetwork): string {
  const { podCIDR, options } = network;
  const { allPools, masqueradedPools, allHosts } = setNames(network);
  const pool = formatCidr(podCIDR);
  const type = familyOf(podCIDR.address) === "ipv4" ? "hash:net" : "hash:net family inet6";
  const lines = [
    `create ${allPools} ${type}`,
    `create ${masqueradedPools} ${type}`,
    `create ${allHosts} ${type}`,
    `add ${allPools} ${pool}`,
    ...(options.natOutgoing ? [`add ${masqueradedPools} ${pool}`] : []),
    ...nodes.map(({ address }) => `add ${allHosts} ${address}`),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Felix's static chains, as `iptables-restore --noflush` reads them. Its jumps stand before everybody
 * else's: `ChainInsertMode: Insert`. Into the dispatch chains the network-policy component writes; without policies they are empty.
 */
export function renderIptablesRules(network: CalicoNetwork): string {
  const { allPools, masqueradedPools } = setNames(network);
  const tunnel = tunnelOf(network.options);
  const rules = [
    "*filter",
    ":cali-INPUT - [0:0]",
    ":cali-FORWARD - [0:0]",
    ":cali-from-wl-dispatch - [0:0]",
    ":cali-to-wl-dispatch - [0:0]",
    "-I INPUT 1 -j cali-INPUT",
    "-I FORWARD 1 -j cali-FORWARD",
    ...(tunnel === undefined ? [] : encapsulationRules(tunnel, network)),
    "-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch",
    "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
    "-A cali-FORWARD -i cali+ -j ACCEPT",
    "-A cali-FORWARD -o cali+ -j ACCEPT",
    "COMMIT",
    "*nat",
    ":cali-POSTROUTING - [0:0]",
    ":cali-nat-outgoing - [0:0]",
    "-I POSTROUTING 1 -j cali-POSTROUTING",
    "-A cali-POSTROUTING -j cali-nat-outgoing",
    ...(tunnel === undefined ? [] : [ownTrafficRule(tunnel)]),
    `-A cali-nat-outgoing -m set --match-set ${masqueradedPools} src -m set ! --match-set ${allPools} dst -j MASQUERADE`,
    "COMMIT",
  ];
  return `${rules.join("\n")}\n`;
}

/** What claims to come out of a tunnel is believed to nodes only. */
function encapsulationRules({ type }: Tunnel, network: CalicoNetwork): readonly string[] {
  const { allHosts } = setNames(network);
  const ip = familyOf(network.podCIDR.address) === "ipv4" ? "IPv4" : "IPv6";
  const [protocol, name] =
    type === "ipip" ? ["-p ipencap", "IPIP"] : ["-p udp -m udp --dport 4789", `${ip} VXLAN`];
  const local = "-m addrtype --dst-type LOCAL";
  return [
    `-A cali-INPUT ${protocol} -m comment --comment "Allow ${name} packets from allowed hosts" -m set --match-set ${allHosts} src ${local} -j ACCEPT`,
    `-A cali-INPUT ${protocol} -m comment --comment "Drop ${name} packets from non-allowed hosts" ${local} -j DROP`,
  ];
}

/** A node that enters the tunnel with another of its addresses gets the tunnel's, which the far end can answer through it. */
function ownTrafficRule({ device }: Tunnel): string {
  return `-A cali-POSTROUTING -o ${device} -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE`;
}
