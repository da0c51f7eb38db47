/**
 * The same three pods over every pod network: what a person who knows the real one looks at, and what is on the wire
 * between the nodes. Calico with IPIP is in pod-networks-ipip.test.ts: not every kernel has it.
 */
import test from "ava";
import { hasShape, type PodNetworkShape } from "./pod-network-shape.ts";

const bridged = {
  podRoutes: [
    "default via 10.244.1.1 dev eth0",
    "10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.2",
  ],
  neighbours: [],
  fdb: [],
} as const;
const delegated = {
  podRoutes: [...bridged.podRoutes, "10.244.0.0/16 via 10.244.1.1 dev eth0"],
} as const;
const ownShare = "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1";
const viaNodes = [
  "10.244.0.0/24 via 192.168.0.14 dev eth0",
  "10.244.2.0/24 via 192.168.0.18 dev eth0",
] as const;
const weave = {
  hops: { fromPod: [], fromNode: [] },
  nodeSeenAs: "10.244.0.1",
  mtu: 1376,
  // To the pods it is one wire: nobody on the way could answer.
  routed: false,
  routes: ["10.244.0.0/16 dev weave proto kernel scope link src 10.244.128.0"],
  neighbours: [],
  podRoutes: [
    "default via 10.244.128.0 dev eth0",
    "10.244.0.0/16 dev eth0 proto kernel scope link src 10.244.128.1",
  ],
} as const;
const calicoPod = {
  podRoutes: ["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"],
} as const;

const networks: readonly PodNetworkShape[] = [
  {
    variant: "bridge",
    hops: { fromPod: ["10.244.1.1", "192.168.0.18"], fromNode: ["192.168.0.18"] },
    nodeSeenAs: "192.168.0.14",
    wire: undefined,
    mtu: 1500,
    routed: true,
    ...bridged,
    routes: [ownShare, ...viaNodes],
    devices: ["cni0 1500 10.244.1.1/24", "veth… 1500", "veth… 1500"],
    node: {
      "ip -d link show type veth": [/master cni0 .*\n.*\n.*\n? *bridge_slave .*hairpin on/],
    },
  },
  {
    variant: "flannel/vxlan",
    hops: { fromPod: ["10.244.1.1", "10.244.2.0"], fromNode: ["10.244.2.0"] },
    nodeSeenAs: "10.244.0.0",
    wire: "vxlan.vni == 1 && udp.dstport == 8472",
    mtu: 1450,
    routed: true,
    ...delegated,
    routes: [
      ownShare,
      "10.244.0.0/24 via 10.244.0.0 dev flannel.1 onlink",
      "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
    ],
    devices: [
      "cni0 1450 10.244.1.1/24",
      "flannel.1 1450 10.244.1.0/32",
      "veth… 1450",
      "veth… 1450",
    ],
    neighbours: [
      "10.244.0.0 dev flannel.1 lladdr MAC PERMANENT",
      "10.244.2.0 dev flannel.1 lladdr MAC PERMANENT",
    ],
    fdb: [
      "MAC dev flannel.1 dst 192.168.0.14 self permanent",
      "MAC dev flannel.1 dst 192.168.0.18 self permanent",
    ],
    node: {
      "ip -d link show flannel.1": [
        /vxlan id 1 local 192\.168\.0\.16 dev eth0 .*dstport 8472 nolearning .* udpcsum /,
      ],
      "iptables-save -t nat": [/-A FLANNEL-POSTRTG -m mark --mark 0x4000\/0x4000 .*-j RETURN/],
    },
  },
  {
    variant: "flannel/host-gw",
    hops: { fromPod: ["10.244.1.1", "192.168.0.18"], fromNode: ["192.168.0.18"] },
    nodeSeenAs: "192.168.0.14",
    wire: undefined,
    mtu: 1500,
    routed: true,
    ...bridged,
    ...delegated,
    routes: [ownShare, ...viaNodes],
    devices: ["cni0 1500 10.244.1.1/24", "veth… 1500", "veth… 1500"],
  },
  {
    variant: "weave/fastdp",
    ...weave,
    wire: "udp.dstport == 6784 && ip.ttl == 64 && ip.flags.df == 1 && udp.checksum == 0",
    devices: [
      "datapath 1376",
      "vethwe-bridge 1376",
      "vethwe-datapath 1376",
      "vethwepl… 1376",
      "vethwepl… 1376",
      "vxlan-6784-1 1376",
      "vxlan-6784-2 1376",
      "weave 1376 10.244.128.0/16",
    ],
    // The VNI of what is sent: the receiver's short id, then the sender's.
    fdb: [
      "00:00:00:00:00:00 dev vxlan-6784-1 dst 192.168.0.14 vni 5188265 self permanent",
      "00:00:00:00:00:00 dev vxlan-6784-2 dst 192.168.0.18 vni 6834857 self permanent",
    ],
    node: {
      "ip -d link show vxlan-6784-1": [
        /vxlan id 11179250 local 192\.168\.0\.16 .*dstport 6784 nolearning ttl 64 df set .* noudpcsum /,
      ],
      "bridge -d link show dev vxlan-6784-1": [/master datapath/, /isolated on/],
      "ipset list weaver-no-masq-local": [/^10\.244\.128\.0\/18$/m],
      "iptables-save -t nat": [/-A WEAVE -s 10\.244\.0\.0\/16 -d 224\.0\.0\.0\/4 -j RETURN/],
    },
  },
  {
    variant: "weave/sleeve",
    ...weave,
    wire: "udp.srcport == 6783 && udp.dstport == 6783",
    devices: [
      "vethwe-bridge 1376",
      "vethwe-pcap 1376",
      "vethwepl… 1376",
      "vethwepl… 1376",
      "weave 1376 10.244.128.0/16",
    ],
    fdb: [],
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
    routed: true,
    ...calicoPod,
    routes: [
      "10.244.192.128 dev cali… scope link",
      "10.244.192.129 dev cali… scope link",
      "10.244.91.192/26 via 192.168.0.18 dev eth0 proto bird",
      "blackhole 10.244.192.128/26 proto bird",
    ],
    devices: ["cali… 1500", "cali… 1500"],
    neighbours: [],
    fdb: [],
    node: {
      "ip -br link": [/^cali[0-9a-f]{11}@\S+ +UP +ee:ee:ee:ee:ee:ee/m],
      "birdc show protocols": [
        /^Mesh_192_168_0_14 +BGP .* Established/m,
        /^Mesh_192_168_0_18 +BGP .* Established/m,
      ],
      "birdc show route all for 10.244.91.192/26": [
        /^10\.244\.91\.192\/26 +unicast \[Mesh_192_168_0_18 .*\] \* \(100\) \[i\]$/m,
        /via 192\.168\.0\.18 on eth0/,
        /BGP\.next_hop: 192\.168\.0\.18/,
        /BGP\.local_pref: 100/,
      ],
      "birdc show route for 10.244.192.128/26": [/blackhole \[/],
    },
  },
  {
    variant: "calico/vxlan",
    hops: { fromPod: ["192.168.0.16", "10.244.91.192"], fromNode: ["10.244.91.192"] },
    nodeSeenAs: "10.244.204.192",
    wire: "vxlan.vni == 4096 && udp.dstport == 4789",
    mtu: 1450,
    routed: true,
    ...calicoPod,
    routes: [
      "10.244.192.129 dev cali… scope link",
      "10.244.192.130 dev cali… scope link",
      "10.244.204.192/26 via 10.244.204.192 dev vxlan.calico onlink",
      "10.244.91.192/26 via 10.244.91.192 dev vxlan.calico onlink",
      "blackhole 10.244.192.128/26 proto 80",
    ],
    devices: ["cali… 1450", "cali… 1450", "vxlan.calico 1450 10.244.192.128/32"],
    neighbours: [
      "10.244.204.192 dev vxlan.calico lladdr MAC PERMANENT",
      "10.244.91.192 dev vxlan.calico lladdr MAC PERMANENT",
    ],
    fdb: [
      "MAC dev vxlan.calico dst 192.168.0.14 self permanent",
      "MAC dev vxlan.calico dst 192.168.0.18 self permanent",
    ],
    node: {
      "ip -d link show vxlan.calico": [
        /vxlan id 4096 local 192\.168\.0\.16 dev eth0 .*dstport 4789 nolearning/,
      ],
      "ipset list cali40all-vxlan-net": [/Members:\n(192\.168\.0\.1[48]\n){2}$/],
      "iptables-save -t filter": [
        /-A cali-INPUT -p udp -m multiport --dports 4789 .*--match-set cali40all-vxlan-net src .*-j ACCEPT/,
        /-A cali-INPUT -p udp -m multiport --dports 4789 .*-j DROP/,
      ],
    },
  },
];

for (const network of networks) {
  test.serial(
    `${network.variant}: devices, tables, hops, MTU and the wire are those of the real one`,
    (t) => hasShape(t, network),
  );
}
