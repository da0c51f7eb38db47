/**
 * The same three pods over every pod network: what a person who knows the real one looks at, and what is on the wire
 * between the nodes.
 *
 *     node01 192.168.0.16: a, b      node02 192.168.0.18: c      master 192.168.0.14
 */
import test, { type ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import type { NetworkVariant } from "../../src/topology/raw/network-variant.ts";

interface Network {
  readonly variant: NetworkVariant;
  /** What a traceroute from a to c shows before c itself, and from the master. */
  readonly hops: { readonly fromPod: readonly string[]; readonly fromNode: readonly string[] };
  /** The source that c sees of the master. */
  readonly nodeSeenAs: string;
  /** What a ping from a to c is inside of, between the nodes; undefined: inside of nothing. */
  readonly wire: string | undefined;
  /** Bytes, of a pod's eth0. */
  readonly mtu: number;
  /** Commands in node01, and what must be among what they say. */
  readonly node: Readonly<Record<string, readonly RegExp[]>>;
}

const networks: readonly Network[] = [
  {
    variant: "bridge",
    hops: { fromPod: ["10.244.1.1", "192.168.0.18"], fromNode: ["192.168.0.18"] },
    nodeSeenAs: "192.168.0.14",
    wire: undefined,
    mtu: 1500,
    node: {
      "ip route": [/^10\.244\.2\.0\/24 via 192\.168\.0\.18 dev eth0/m],
    },
  },
  {
    variant: "flannel/vxlan",
    hops: { fromPod: ["10.244.1.1", "10.244.2.0"], fromNode: ["10.244.2.0"] },
    nodeSeenAs: "10.244.0.0",
    wire: "vxlan.vni == 1 && udp.dstport == 8472",
    mtu: 1450,
    node: {
      "ip route": [/^10\.244\.2\.0\/24 via 10\.244\.2\.0 dev flannel\.1 onlink/m],
      "ip -d link show flannel.1": [
        /mtu 1450/,
        /vxlan id 1 local 192\.168\.0\.16 dev eth0 .*dstport 8472 nolearning/,
      ],
      "ip address show flannel.1": [/inet 10\.244\.1\.0\/32 scope global flannel\.1/],
      "ip neigh show dev flannel.1": [/^10\.244\.2\.0 lladdr \S+ PERMANENT/m],
      "bridge fdb show dev flannel.1": [/^\S+ dst 192\.168\.0\.18 self permanent/m],
      "iptables-save -t nat": [/-A FLANNEL-POSTRTG -m mark --mark 0x4000\/0x4000 .*-j RETURN/],
    },
  },
  {
    variant: "flannel/host-gw",
    hops: { fromPod: ["10.244.1.1", "192.168.0.18"], fromNode: ["192.168.0.18"] },
    nodeSeenAs: "192.168.0.14",
    wire: undefined,
    mtu: 1500,
    node: {
      "ip route": [/^10\.244\.2\.0\/24 via 192\.168\.0\.18 dev eth0/m],
    },
  },
  {
    variant: "weave/fastdp",
    hops: { fromPod: [], fromNode: [] },
    nodeSeenAs: "10.244.0.1",
    wire: "udp.dstport == 6784 && ip.ttl == 64 && ip.flags.df == 1 && udp.checksum == 0",
    mtu: 1376,
    node: {
      "ip route": [/^10\.244\.0\.0\/16 dev weave proto kernel scope link src 10\.244\.128\.0/m],
      "ip -d link show vxlan-6784-1": [/mtu 1376/, /dstport 6784 .*nolearning ttl 64 .*df set/],
      "bridge fdb show dev vxlan-6784-1": [/^00:00:00:00:00:00 dst 192\.168\.0\.14 vni \d+ self/m],
      "bridge -d link show dev vxlan-6784-1": [/master datapath/, /isolated on/],
      "ipset list weaver-no-masq-local": [/^10\.244\.128\.0\/18$/m],
      "iptables-save -t nat": [/-A WEAVE -s 10\.244\.0\.0\/16 -d 224\.0\.0\.0\/4 -j RETURN/],
    },
  },
  {
    variant: "weave/sleeve",
    hops: { fromPod: [], fromNode: [] },
    nodeSeenAs: "10.244.0.1",
    wire: "udp.srcport == 6783 && udp.dstport == 6783",
    mtu: 1376,
    node: {
      "ip -br link": [/^vethwe-pcap@vethwe-bridge +UP/m],
      "ip -d link show vethwe-bridge": [/master weave/],
      "ss -Huln": [/192\.168\.0\.16:6783/],
    },
  },
  {
    variant: "calico/bgp",
    hops: { fromPod: ["192.168.0.16", "192.168.0.18"], fromNode: ["192.168.0.18"] },
    nodeSeenAs: "192.168.0.14",
    wire: undefined,
    mtu: 1500,
    node: {
      "ip route": [
        /^blackhole 10\.244\.192\.128\/26 proto bird/m,
        /^10\.244\.91\.192\/26 via 192\.168\.0\.18 dev eth0 proto bird/m,
        /^10\.244\.192\.12[89] dev cali[0-9a-f]{11} scope link/m,
      ],
      "ip -br link": [/^cali[0-9a-f]{11}@\S+ +UP +ee:ee:ee:ee:ee:ee/m],
      "birdc show protocols": [
        /^Mesh_192_168_0_14 +BGP .* Established/m,
        /^Mesh_192_168_0_18 +BGP .* Established/m,
      ],
      "birdc show route for 10.244.91.192/26": [/via 192\.168\.0\.18 on eth0/],
    },
  },
  {
    variant: "calico/vxlan",
    hops: { fromPod: ["192.168.0.16", "10.244.91.192"], fromNode: ["10.244.91.192"] },
    nodeSeenAs: "10.244.204.192",
    wire: "vxlan.vni == 4096 && udp.dstport == 4789",
    mtu: 1450,
    node: {
      "ip route": [
        /^blackhole 10\.244\.192\.128\/26 proto 80/m,
        /^10\.244\.91\.192\/26 via 10\.244\.91\.192 dev vxlan\.calico onlink/m,
      ],
      "ip -d link show vxlan.calico": [/vxlan id 4096 local 192\.168\.0\.16 .*dstport 4789/],
      "ip neigh show dev vxlan.calico": [/^10\.244\.91\.192 lladdr \S+ PERMANENT/m],
      "bridge fdb show dev vxlan.calico": [/dst 192\.168\.0\.18 self permanent/],
      "ipset list cali40all-hosts-net": [/^192\.168\.0\.18$/m],
    },
  },
];

for (const network of networks) {
  test.serial(
    `${network.variant}: devices, routes, hops and the wire are those of the real one`,
    async (t) => {
      await using lab = await up("topologies/pod-networks.yaml", { network: network.variant });
      const addresses = new Map((await lab.status()).pods.map(({ name, podIP }) => [name, podIP]));
      const [a = "", c = ""] = [addresses.get("a"), addresses.get("c")];

      t.deepEqual(await hops(lab, "pod/a", "pod/c"), [...network.hops.fromPod, c]);
      t.deepEqual(await hops(lab, "node/master", "pod/c"), [...network.hops.fromNode, c]);
      const seen = await lab.probe({ kind: "tcp", from: "node/master", to: "pod/c:80" });
      t.is(`${seen.attempts[0]?.serverSaw?.source?.address}`, network.nodeSeenAs);

      const link = await run(t, lab, "pod/a", "ip link show eth0");
      t.regex(link, new RegExp(`mtu ${network.mtu} `));
      for (const [command, expected] of Object.entries(network.node)) {
        const text = await run(t, lab, "node/node01", command);
        for (const pattern of expected) t.regex(text, pattern, command);
      }
      await wireHolds(t, lab, network, { a, c });
    },
  );
}

/** A ping from a to c, as it is between the nodes: whole inside what the network wraps it in, or as it was sent. */
async function wireHolds(
  t: ExecutionContext,
  lab: Lab,
  { wire }: Network,
  { a, c }: { readonly a: string; readonly c: string },
): Promise<void> {
  await using capture = await lab.capture(["node/node01"]);
  const { ok } = await lab.probe({ kind: "ping", from: "pod/a", to: "pod/c" });
  t.true(ok);
  const between = "ip.src == 192.168.0.16 && ip.dst == 192.168.0.18";
  const request = `icmp.type == 8 && ip.src == ${a} && ip.dst == ${c}`;
  const bare = await capture.packets(`${request} && !udp`);
  if (wire === undefined) {
    t.is(bare.length, 1);
    t.is((await capture.packets(between)).length, 0);
    return;
  }
  t.is(bare.length, 0);
  t.true((await capture.packets(`${between} && ${wire}`)).length > 0);
}

async function hops(lab: Lab, from: string, to: string): Promise<readonly string[]> {
  const { attempts } = await lab.probe({ kind: "traceroute", from, to });
  return attempts.flatMap(({ hops = [] }) => hops.map(({ address = "*" }) => `${address}`));
}

async function run(t: ExecutionContext, lab: Lab, where: string, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.exec(where, command.split(" "));
  t.is(exitCode, 0, `${command}: ${stderr}`);
  return stdout;
}
