import { formatCidr } from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import { type CalicoNetwork, type CalicoNode, type Tunnel, tunnelOf } from "./calico-network.ts";

/** Felix's names have the family's number in them. */
function setNames({ podCIDR }: CalicoNetwork) {
  const prefix = familyOf(podCIDR.address) === "ipv4" ? "cali40" : "cali60";
  return {
    allPools: `${prefix}all-ipam-pools`,
    masqueradedPools: `${prefix}masq-ipam-pools`,
    hosts: { ipip: `${prefix}all-hosts-net`, vxlan: `${prefix}all-vxlan-net` },
  };
}

/** For `ipset restore` on `node`: the pools, and which of the `nodes` may send what is encapsulated. */
export function renderIpsets(
  node: Pick<CalicoNode, "name">,
  nodes: readonly CalicoNode[],
  network: CalicoNetwork,
): string {
  const { podCIDR, options } = network;
  const { allPools, masqueradedPools } = setNames(network);
  const pool = formatCidr(podCIDR);
  const type = familyOf(podCIDR.address) === "ipv4" ? "hash:net" : "hash:net family inet6";
  const tunnel = tunnelOf(options);
  const hosts = tunnel && setNames(network).hosts[tunnel.type];
  // Felix's own difference: its set of hosts has the node itself in it, its set of VXLAN's ends only the others.
  const senders = nodes.filter(({ name }) => tunnel?.type === "ipip" || name !== node.name);
  const lines = [
    `create ${allPools} ${type}`,
    `create ${masqueradedPools} ${type}`,
    ...(hosts === undefined ? [] : [`create ${hosts} ${type}`]),
    `add ${allPools} ${pool}`,
    ...(options.natOutgoing ? [`add ${masqueradedPools} ${pool}`] : []),
    ...(hosts === undefined ? [] : senders.map(({ address }) => `add ${hosts} ${address}`)),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Felix's static chains, as `iptables-restore --noflush` reads them. Its jumps stand before everybody
 * else's: `ChainInsertMode: Insert`. Into the dispatch chains the network-policy component writes; without policies they are empty, as are those for blocked
 * addresses and floating ones, which podwire has not.
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
    ":cali-cidr-block - [0:0]",
    "-I INPUT 1 -j cali-INPUT",
    "-I FORWARD 1 -j cali-FORWARD",
    ...(tunnel === undefined ? [] : encapsulationRules(tunnel, network)),
    "-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch",
    "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
    "-A cali-FORWARD -j cali-cidr-block",
    "-A cali-FORWARD -i cali+ -j ACCEPT",
    "-A cali-FORWARD -o cali+ -j ACCEPT",
    "COMMIT",
    "*nat",
    ":cali-POSTROUTING - [0:0]",
    ":cali-fip-snat - [0:0]",
    ":cali-nat-outgoing - [0:0]",
    "-I POSTROUTING 1 -j cali-POSTROUTING",
    "-A cali-POSTROUTING -j cali-fip-snat",
    "-A cali-POSTROUTING -j cali-nat-outgoing",
    ...(tunnel === undefined ? [] : [ownTrafficRule(tunnel)]),
    `-A cali-nat-outgoing -m set --match-set ${masqueradedPools} src -m set ! --match-set ${allPools} dst -j MASQUERADE`,
    "COMMIT",
  ];
  return `${rules.join("\n")}\n`;
}

/** What claims to come out of a tunnel is believed to nodes only. */
function encapsulationRules({ type }: Tunnel, network: CalicoNetwork): readonly string[] {
  const hosts = setNames(network).hosts[type];
  const ip = familyOf(network.podCIDR.address) === "ipv4" ? "IPv4" : "IPv6";
  const [protocol, name] =
    type === "ipip" ? ["-p ipencap", "IPIP"] : ["-p udp -m multiport --dports 4789", `${ip} VXLAN`];
  const local = "-m addrtype --dst-type LOCAL";
  return [
    `-A cali-INPUT ${protocol} -m comment --comment "Allow ${name} packets from allowed hosts" -m set --match-set ${hosts} src ${local} -j ACCEPT`,
    `-A cali-INPUT ${protocol} -m comment --comment "Drop ${name} packets from non-allowed hosts" ${local} -j DROP`,
  ];
}

/** A node that enters the tunnel with another of its addresses gets the tunnel's, which the far end can answer through it. */
function ownTrafficRule({ device }: Tunnel): string {
  return `-A cali-POSTROUTING -o ${device} -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE`;
}
