/** Nodes 192.168.0.0/24 and, in a rack of its own, 192.168.1.0/24; blocks 10.244.x.0/26. */
import test from "ava";
import type { NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { meshSessions, reflectedSessions } from "./bgp-peers.ts";
import { planBlockRoutes } from "./block-routes.ts";
import { type CalicoOptions, podMtu } from "./calico-network.ts";
import { renderIptablesRules } from "./iptables-rules.ts";
import { planNode } from "./plan-node.ts";
import { hostEndOf, planPod } from "./plan-pod.ts";

type Encapsulation = CalicoOptions["encapsulation"];

function network(encapsulation: Encapsulation) {
  const options = { encapsulation, blockSize: 26, natOutgoing: true, mtu: undefined };
  return { podCIDR: cidr("10.244.0.0/16"), underlayMtu: 1500, options };
}

const node01 = node("node01", "192.168.0.16", "rack1", "10.244.1.0");
const node02 = node("node02", "192.168.0.18", "rack1", "10.244.2.0");
const node03 = node("node03", "192.168.1.16", "rack2", "10.244.3.0");
const nodes = [node01, node02, node03];

function node(name: string, address: string, subnet: string, tunnel: string) {
  return { name, address: ipAddress(address), subnet, tunnelAddress: ipAddress(tunnel) };
}

/** As `ip route` would. */
function show({ to, via, device, onlink, type, scope, protocol }: RoutePlan): string {
  return [
    ...(type === undefined ? [] : [type]),
    to === undefined ? "default" : formatCidr(to),
    ...(via === undefined ? [] : [`via ${via}`]),
    ...(device === undefined ? [] : [`dev ${device}`]),
    ...(protocol === undefined ? [] : [`proto ${protocol}`]),
    ...(scope === undefined ? [] : [`scope ${scope}`]),
    ...(onlink === true ? ["onlink"] : []),
  ].join(" ");
}

function routesIn(plans: readonly NetnsPlan[], netns: string): readonly string[] {
  return plans.flatMap((plan) => (plan.netns === netns ? (plan.routes ?? []).map(show) : []));
}

const block = cidr("10.244.1.0/26");

for (const { title, encapsulation, on, routes } of [
  {
    title: "the owner of a block refuses what nobody has",
    encapsulation: "VXLAN",
    on: "node01",
    routes: ["blackhole 10.244.1.0/26 proto 80"],
  },
  {
    title: "the others reach it through the tunnel",
    encapsulation: "VXLAN",
    on: "node02",
    routes: ["10.244.1.0/26 via 10.244.1.0 dev vxlan.calico onlink"],
  },
  {
    title: "with CrossSubnet, a neighbour in the subnet needs no tunnel",
    encapsulation: "VXLANCrossSubnet",
    on: "node02",
    routes: ["10.244.1.0/26 via 192.168.0.16 dev eth0 proto 80"],
  },
  {
    title: "with CrossSubnet, a node in another rack does",
    encapsulation: "VXLANCrossSubnet",
    on: "node03",
    routes: ["10.244.1.0/26 via 10.244.1.0 dev vxlan.calico onlink"],
  },
] as const) {
  test(`${title} (${encapsulation})`, (t) => {
    const plans = planBlockRoutes(node01, nodes, [block], network(encapsulation));
    t.deepEqual(routesIn(plans, on), routes);
  });
}

test("a borrowed address is no blackhole where it is", (t) => {
  const plans = planBlockRoutes(node01, nodes, [cidr("10.244.2.7/32")], network("VXLAN"));
  t.deepEqual(routesIn(plans, "node01"), []);
  t.deepEqual(routesIn(plans, "node02"), ["10.244.2.7/32 via 10.244.1.0 dev vxlan.calico onlink"]);
});

for (const { encapsulation, mtu } of [
  { encapsulation: "None", mtu: 1500 },
  { encapsulation: "IPIP", mtu: 1480 },
  { encapsulation: "VXLAN", mtu: 1450 },
] as const) {
  test(`pods have an MTU of ${mtu} with encapsulation ${encapsulation}`, (t) => {
    t.is(podMtu(network(encapsulation)), mtu);
  });
}

test("a tunnel knows the other nodes from the start", (t) => {
  const plan = planNode(node01, nodes, network("VXLAN"));
  t.like(plan.links?.[0], { name: "vxlan.calico", vni: 4096, port: 4789, learning: false });
  t.deepEqual(
    plan.fdb?.map(({ destination }) => String(destination)),
    ["192.168.0.18", "192.168.1.16"],
  );
  t.deepEqual(
    plan.neighbours?.map(({ address }) => String(address)),
    ["10.244.2.0", "10.244.3.0"],
  );
});

test("without encapsulation a node has no device of its own", (t) => {
  t.is(planNode(node01, nodes, network("None")).links, undefined);
});

test("a pod is alone on its wire, and its node has a route for it", (t) => {
  const pod = {
    namespace: "default",
    name: "a",
    netns: "default.a",
    address: ipAddress("10.244.1.1"),
  };
  const [inside, outside] = planPod(node01, pod, network("None"));
  const device = hostEndOf(pod);
  t.regex(device, /^cali[0-9a-f]{11}$/);
  t.deepEqual(routesIn([inside], "default.a"), [
    "169.254.1.1/32 dev eth0 scope link",
    "default via 169.254.1.1 dev eth0",
  ]);
  t.deepEqual(routesIn([outside], "node01"), [`10.244.1.1/32 dev ${device} scope link`]);
  t.is(outside.deviceSysctls?.[`net/ipv4/conf/${device}/proxy_arp`], "1");
});

const speakers = ["192.168.0.14", "192.168.0.16", "192.168.0.18"].map((address, index) => ({
  name: `node0${index}`,
  address: ipAddress(address),
  asNumber: 64_512,
}));

test("in a mesh every node speaks with every other, and one of two begins", (t) => {
  const sessions = speakers.flatMap((self) => meshSessions(self, speakers));
  t.is(sessions.length, 6);
  t.is(sessions.filter(({ passive }) => passive).length, 3);
  t.is(sessions[0]?.name, "Mesh_192_168_0_16");
});

test("a client of a route reflector speaks with it alone", (t) => {
  const [reflector, client] = speakers.map((self) => reflectedSessions(self, speakers, ["node00"]));
  t.deepEqual(
    reflector?.map(({ routeReflectorClient }) => routeReflectorClient),
    [true, true],
  );
  t.deepEqual(
    client?.map(({ address, routeReflectorClient }) => [`${address}`, routeReflectorClient]),
    [["192.168.0.14", false]],
  );
});

test("what claims to come from a tunnel is believed to nodes only", (t) => {
  const rules = renderIptablesRules(network("VXLAN")).split("\n");
  const [allow, drop] = rules.filter((rule) => rule.startsWith("-A cali-INPUT"));
  t.regex(allow ?? "", /--dports 4789 .*cali40all-vxlan-net src .*-j ACCEPT$/);
  t.regex(drop ?? "", /--dports 4789 .*-j DROP$/);
  t.false(renderIptablesRules(network("None")).includes("cali-INPUT -p"));
});
