/** Nodes 192.168.0.0/24 and, in a rack of its own, 192.168.1.0/24; pods 10.244.0.0/16, a /24 per node. */
import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { FlannelOptions } from "./flannel-network.ts";
import { renderIptablesRules } from "./iptables-rules.ts";
import { planNode } from "./plan-node.ts";

const node01 = node("node01", "192.168.0.16", "rack1", "10.244.0.0/24");
const node02 = node("node02", "192.168.0.18", "rack1", "10.244.1.0/24");
const node03 = node("node03", "192.168.1.16", "rack2", "10.244.2.0/24");
const nodes = [node01, node02, node03];

function node(name: string, address: string, subnet: string, podCIDR: string) {
  return { name, address: ipAddress(address), subnet, podCIDR: cidr(podCIDR) };
}

function network(options: Partial<FlannelOptions> = {}) {
  return {
    podCIDR: cidr("10.244.0.0/16"),
    underlayMtu: 1500,
    options: {
      backend: "vxlan",
      vni: 1,
      port: 8472,
      directRouting: false,
      masquerade: true,
      mtu: undefined,
      ...options,
    },
  } as const;
}

/** As `ip route` would. */
function routes(options: Partial<FlannelOptions>): readonly string[] {
  return (planNode(node01, nodes, network(options)).routes ?? []).map(
    ({ to, via, device, onlink }) =>
      `${to && formatCidr(to)} via ${via} dev ${device}${onlink === true ? " onlink" : ""}`,
  );
}

const cases: readonly {
  readonly title: string;
  readonly options: Partial<FlannelOptions>;
  readonly routes: readonly string[];
}[] = [
  {
    title: "every other node is behind its tunnel address, in the tunnel",
    options: {},
    routes: [
      "10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink",
      "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
    ],
  },
  {
    title: "the device is called after the VNI",
    options: { vni: 7 },
    routes: [
      "10.244.1.0/24 via 10.244.1.0 dev flannel.7 onlink",
      "10.244.2.0/24 via 10.244.2.0 dev flannel.7 onlink",
    ],
  },
  {
    title: "with direct routing, nodes of one subnet use no tunnel",
    options: { directRouting: true },
    routes: [
      "10.244.1.0/24 via 192.168.0.18 dev eth0",
      "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
    ],
  },
  {
    title: "host-gw has no tunnel at all",
    options: { backend: "host-gw" },
    routes: ["10.244.1.0/24 via 192.168.0.18 dev eth0", "10.244.2.0/24 via 192.168.1.16 dev eth0"],
  },
];

for (const each of cases) {
  test(each.title, (t) => {
    t.deepEqual(routes(each.options), each.routes);
  });
}

test("a tunnel has an address, a MTU that leaves room, and for each far end its MAC and its node", (t) => {
  const plan = planNode(node01, nodes, network());
  const far = planNode(node02, nodes, network());
  t.like(plan.links?.[0], { name: "flannel.1", mtu: 1450, port: 8472, learning: false });
  t.deepEqual(
    plan.addresses?.map(({ address }) => formatCidr(address)),
    ["10.244.0.0/32"],
  );
  const mac = far.links?.[0]?.mac;
  t.truthy(mac);
  t.deepEqual(plan.neighbours?.[0], {
    device: "flannel.1",
    address: ipAddress("10.244.1.0"),
    ...(mac !== undefined && { mac }),
  } as never);
  t.like(plan.fdb?.[0], { mac, destination: ipAddress("192.168.0.18") });
});

test("without a tunnel there is no device, no neighbour and no forwarding entry", (t) => {
  const { links, neighbours, fdb } = planNode(node01, nodes, network({ backend: "host-gw" }));
  t.deepEqual([links, neighbours, fdb], [undefined, undefined, undefined]);
});

test("the rules leave what kube-proxy has marked to kube-proxy", (t) => {
  const nat = renderIptablesRules(node01, network()).split("*nat\n")[1] ?? "";
  t.regex(
    nat.split("\n")[2] ?? "",
    /^-A FLANNEL-POSTRTG -m mark --mark 0x4000\/0x4000 .*-j RETURN$/,
  );
});

test("without masquerade no packet is rewritten", (t) => {
  t.notRegex(renderIptablesRules(node01, network({ masquerade: false })), /\*nat/);
});

test("IPv6 has a tunnel of its own between the nodes' IPv6 addresses, 70 bytes smaller than the wire", (t) => {
  const nodes6 = [
    node("node01", "fd00:192:168::16", "rack1", "fd00:10:244::/64"),
    node("node02", "fd00:192:168::18", "rack1", "fd00:10:244:1::/64"),
  ] as const;
  const network6 = { ...network(), podCIDR: cidr("fd00:10:244::/56") };
  const plan = planNode(nodes6[0], nodes6, network6);
  t.like(plan.links?.[0], { name: "flannel-v6.1", mtu: 1430, port: 8472, vni: 1 });
  t.deepEqual(
    plan.addresses?.map(({ address }) => formatCidr(address)),
    ["fd00:10:244::/128"],
  );
  t.like(plan.routes?.[0], { via: ipAddress("fd00:10:244:1::"), device: "flannel-v6.1" });
  t.like(plan.fdb?.[0], { destination: ipAddress("fd00:192:168::18") });
  t.regex(renderIptablesRules(nodes6[0], network6), /-s fd00:10:244::\/56 ! -d ff00::\/8 /);
});
