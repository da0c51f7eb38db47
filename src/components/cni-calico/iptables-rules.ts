import { formatCidr } from "../../net/cidr.ts";
import { type CalicoNetwork, type CalicoNode, type Tunnel, tunnelOf } from "./calico-network.ts";

const allPools = "cali40all-ipam-pools";
const masqueradedPools = "cali40masq-ipam-pools";
const allHosts = "cali40all-hosts-net";

/** For `ipset restore`: the pools, and who may send us what is encapsulated. */
export function renderIpsets(
  nodes: readonly CalicoNode[],
  { podCIDR, options }: CalicoNetwork,
): string {
  const pool = formatCidr(podCIDR);
  const lines = [
    `create ${allPools} hash:net`,
    `create ${masqueradedPools} hash:net`,
    `create ${allHosts} hash:net`,
    `add ${allPools} ${pool}`,
    ...(options.natOutgoing ? [`add ${masqueradedPools} ${pool}`] : []),
    ...nodes.map(({ address }) => `add ${allHosts} ${address}`),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Felix's static chains, as `iptables-restore --noflush` reads them. Its jumps stand before everybody
 * else's: `ChainInsertMode: Insert`. Workloads' own chains are left out: without policies they accept everything.
 */
export function renderIptablesRules({ options }: CalicoNetwork): string {
  const tunnel = tunnelOf(options);
  const rules = [
    "*filter",
    ":cali-INPUT - [0:0]",
    ":cali-FORWARD - [0:0]",
    "-I INPUT 1 -j cali-INPUT",
    "-I FORWARD 1 -j cali-FORWARD",
    ...(tunnel === undefined ? [] : encapsulationRules(tunnel)),
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
function encapsulationRules({ type }: Tunnel): readonly string[] {
  const [protocol, name] =
    type === "ipip" ? ["-p ipencap", "IPIP"] : ["-p udp -m udp --dport 4789", "IPv4 VXLAN"];
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
