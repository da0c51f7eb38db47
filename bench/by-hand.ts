/**
 * The wires of a pod network, laid by ip(8) and bridge(8) as somebody would who has read how it is done: two nodes on a
 * switch, a pod on each.
 *
 *     a 10.244.1.2   node01 192.168.0.11   switch   node02 192.168.0.12   c 10.244.2.2
 *
 * As in a lab, no device offloads anything to another, no device speaks IPv6, and the nodes look loosely where a packet's source is. The nodes get the
 * very rules of the lab's nodes: what kube-proxy and the network filter and translate costs both the same.
 */
import { execFileSync } from "node:child_process";
import type { NetworkVariant } from "../src/topology/raw/network-variant.ts";

export type HandLaid = Extract<
  NetworkVariant,
  "bridge" | "flannel/vxlan" | "weave/fastdp" | "calico/bgp" | "calico/vxlan" | "calico/ipip"
>;

interface Side {
  readonly node: string;
  readonly nodeIP: string;
  readonly pod: string;
  readonly podIP: string;
  /** Of the share, or block, that the pod is from. */
  readonly share: string;
  readonly gateway: string;
  /** The first of the share: the tunnel's own. */
  readonly tunnelIP: string;
  readonly tunnelMac: string;
}

const [left, right] = [1, 2].map(
  (number): Side => ({
    node: `node0${number}`,
    nodeIP: `192.168.0.1${number}`,
    pod: number === 1 ? "a" : "c",
    podIP: `10.244.${number}.2`,
    share: `10.244.${number}.0/24`,
    gateway: `10.244.${number}.1`,
    tunnelIP: `10.244.${number}.0`,
    tunnelMac: `02:00:00:00:00:0${number}`,
  }),
) as [Side, Side];

export const BRIDGE_CALLS = "net.bridge.bridge-nf-call-iptables";

const noRules: NodeRules = { tables: "", sets: "", bridgeCalls: "0" };

/** As a lab makes its veths: the kernel would give each a queue for every processor. */
const oneQueue = "numtxqueues 1 numrxqueues 1";

/** The node's end of a pod's veth: Calico's rules know theirs by the beginning of its name. */
const podEnd = "cali0";

export const handLaidServer: string = right.podIP;
export const handLaidClient: string = left.pod;

/** What a lab's node has loaded: what `iptables-save` and `ipset save` print there. */
export interface NodeRules {
  readonly tables: string;
  readonly sets: string;
  /** The sysctl bridge-nf-call-iptables: do the tables count for what a bridge forwards? */
  readonly bridgeCalls: string;
}

/** Everything is in netns of this netns' names, so one at a time. `rules` are those of each node, by its name. */
export function layByHand(variant: HandLaid, rules: ReadonlyMap<string, NodeRules>): void {
  const mtu = mtuOf(variant);
  for (const netns of ["switch", left.node, right.node, left.pod, right.pod]) addNetns(netns);
  ip("switch", "link add switch type bridge forward_delay 0");
  ip("switch", "link set switch up");
  for (const [own, other] of [
    [left, right],
    [right, left],
  ] as const) {
    layNode(own);
    switch (variant) {
      case "bridge":
        layBridge(own, mtu);
        ip(own.node, `route add ${other.share} via ${other.nodeIP}`);
        break;
      case "flannel/vxlan":
        layVxlan(own, { name: "flannel.1", vni: 1, port: 8472, mtu });
        layVxlanPeer(own, other, "flannel.1");
        layBridge(own, mtu);
        break;
      case "weave/fastdp":
        layWeave(own, other, mtu);
        break;
      case "calico/bgp":
        ip(own.node, `route add ${other.share} via ${other.nodeIP}`);
        layRouted(own, mtu);
        break;
      case "calico/vxlan":
        layVxlan(own, { name: "vxlan.calico", vni: 4096, port: 4789, mtu });
        layVxlanPeer(own, other, "vxlan.calico");
        layRouted(own, mtu);
        break;
      case "calico/ipip":
        // There already, wherever the module is loaded.
        if (!devicesOf(own.node).includes("tunl0")) ip(own.node, "link add tunl0 type ipip");
        ip(own.node, `link set tunl0 mtu ${mtu} up`);
        ip(own.node, `address add ${own.tunnelIP}/32 dev tunl0`);
        ip(own.node, `route add ${other.share} via ${other.nodeIP} dev tunl0 onlink`);
        layRouted(own, mtu);
        break;
    }
    loadRules(own.node, rules.get(own.node) ?? noRules);
  }
}

export function removeHandLaid(): void {
  for (const netns of ["switch", left.node, right.node, left.pod, right.pod]) {
    run("ip", ["netns", "delete", netns]);
  }
}

function mtuOf(variant: HandLaid): number {
  switch (variant) {
    case "bridge":
    case "calico/bgp":
      return 1500;
    case "calico/ipip":
      return 1480;
    case "weave/fastdp":
      return 1376;
    default:
      return 1450;
  }
}

function addNetns(netns: string): void {
  run("ip", ["netns", "add", netns]);
  for (const which of ["all", "default"]) sysctl(netns, `net.ipv6.conf.${which}.disable_ipv6=1`);
  sysctl(netns, `${BRIDGE_CALLS}=0`);
  ip(netns, "link set lo up");
}

function layNode({ node, nodeIP }: Side): void {
  sysctl(node, "net.ipv4.ip_forward=1");
  // As systemd sets it: it costs every forwarded packet a look into the routes.
  sysctl(node, "net.ipv4.conf.all.rp_filter=2");
  ip(node, `link add eth0 ${oneQueue} type veth peer name ${node} netns switch ${oneQueue}`);
  offloadsOff(node, "eth0");
  offloadsOff("switch", node);
  ip("switch", `link set ${node} master switch up`);
  ip(node, `address add ${nodeIP}/24 dev eth0`);
  ip(node, "link set eth0 up");
}

/** A veth from the pod to its node, up on both sides. */
function layPodWire({ node, pod }: Side, mtu: number): void {
  const end = `mtu ${mtu} ${oneQueue}`;
  ip(pod, `link add eth0 ${end} type veth peer name ${podEnd} netns ${node} ${end}`);
  offloadsOff(pod, "eth0");
  offloadsOff(node, podEnd);
  ip(pod, "link set eth0 up");
  ip(node, `link set ${podEnd} up`);
}

function layBridge(side: Side, mtu: number): void {
  ip(side.node, `link add cni0 mtu ${mtu} type bridge forward_delay 0`);
  ip(side.node, "link set cni0 up");
  ip(side.node, `address add ${side.gateway}/24 dev cni0`);
  layPodWire(side, mtu);
  ip(side.node, `link set ${podEnd} master cni0`);
  ip(side.node, `link set ${podEnd} type bridge_slave hairpin on`);
  ip(side.pod, `address add ${side.podIP}/24 dev eth0`);
  ip(side.pod, `route add default via ${side.gateway}`);
}

function layRouted(side: Side, mtu: number): void {
  layPodWire(side, mtu);
  sysctl(side.node, `net.ipv4.conf.${podEnd}.proxy_arp=1`);
  sysctl(side.node, `net.ipv4.neigh.${podEnd}.proxy_delay=0`);
  // The kernel answers only for what it has a way to.
  ip(side.node, "route add default dev eth0");
  ip(side.node, `route add ${side.podIP} dev ${podEnd} scope link`);
  ip(side.pod, `address add ${side.podIP}/32 dev eth0`);
  ip(side.pod, "route add 169.254.1.1 dev eth0 scope link");
  ip(side.pod, "route add default via 169.254.1.1 dev eth0");
}

interface VxlanDevice {
  readonly name: string;
  readonly vni: number;
  readonly port: number;
  readonly mtu: number;
}

function layVxlan(side: Side, { name, vni, port, mtu }: VxlanDevice): void {
  ip(
    side.node,
    `link add ${name} address ${side.tunnelMac} mtu ${mtu} type vxlan id ${vni} dev eth0 local ${side.nodeIP} dstport ${port} nolearning`,
  );
  offloadsOff(side.node, name);
  ip(side.node, `address add ${side.tunnelIP}/32 dev ${name}`);
  ip(side.node, `link set ${name} up`);
}

function layVxlanPeer(own: Side, other: Side, device: string): void {
  ip(own.node, `neigh add ${other.tunnelIP} lladdr ${other.tunnelMac} dev ${device} nud permanent`);
  run("bridge", [
    ...["-n", own.node, "fdb", "append", other.tunnelMac],
    ...["dev", device, "dst", other.nodeIP],
  ]);
  ip(own.node, `route add ${other.share} via ${other.tunnelIP} dev ${device} onlink`);
}

function layWeave(own: Side, other: Side, mtu: number): void {
  const { node } = own;
  const [mine, theirs] = own === left ? [1, 2] : [2, 1];
  ip(node, `link add datapath mtu ${mtu} type bridge forward_delay 0`);
  ip(node, `link add weave mtu ${mtu} type bridge forward_delay 0 nf_call_iptables 1`);
  const end = `mtu ${mtu} ${oneQueue}`;
  ip(node, `link add vethwe-bridge ${end} type veth peer name vethwe-datapath ${end}`);
  ip(
    node,
    `link add vxlan-6784 mtu ${mtu} type vxlan id ${(mine << 12) | theirs} dstport 6784 local ${own.nodeIP} nolearning ttl 64 df set noudpcsum`,
  );
  for (const device of ["vethwe-bridge", "vethwe-datapath", "vxlan-6784"])
    offloadsOff(node, device);
  run("bridge", [
    ...["-n", node, "fdb", "append", "00:00:00:00:00:00", "dev", "vxlan-6784"],
    ...["dst", other.nodeIP, "vni", `${(theirs << 12) | mine}`],
  ]);
  ip(node, "link set vethwe-bridge master weave up");
  ip(node, "link set vethwe-datapath master datapath up");
  ip(node, "link set vxlan-6784 master datapath up");
  ip(node, "link set vxlan-6784 type bridge_slave isolated on");
  ip(node, "link set weave up");
  ip(node, "link set datapath up");
  layPodWire(own, mtu);
  ip(node, `link set ${podEnd} master weave`);
  ip(node, `link set ${podEnd} type bridge_slave hairpin on`);
  ip(own.pod, `address add ${own.podIP}/16 dev eth0`);
}

function loadRules(netns: string, { tables, sets, bridgeCalls }: NodeRules): void {
  sysctl(netns, `${BRIDGE_CALLS}=${bridgeCalls}`);
  execFileSync("ip", ["netns", "exec", netns, "ipset", "restore"], { input: sets });
  // iptables-save names built-in chains that the node has not: here they would be made, and asked for every packet.
  const input = tables.replaceAll(/^:\S+ ACCEPT .*\n/gm, "");
  execFileSync("ip", ["netns", "exec", netns, "iptables-restore", "--noflush"], { input });
}

function devicesOf(netns: string): readonly string[] {
  const text = execFileSync("ip", ["-n", netns, "-br", "link"], { encoding: "utf8" });
  return text.split("\n").map((line) => line.split(/[@ ]/)[0] ?? "");
}

function offloadsOff(netns: string, device: string): void {
  const features = ["gro", "gso", "tso", "tx"].flatMap((name) => [name, "off"]);
  run("ip", ["netns", "exec", netns, "ethtool", "-K", device, ...features]);
}

function sysctl(netns: string, setting: string): void {
  run("ip", ["netns", "exec", netns, "sysctl", "-qw", setting]);
}

function ip(netns: string, command: string): void {
  run("ip", ["-n", netns, ...command.split(" ")]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
