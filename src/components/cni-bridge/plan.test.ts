/**
 * Pods 10.244.0.0/16, a /24 per node; nodes 192.168.0.0/24; outside 203.0.113.10.
 *
 * The table says what happens to a packet; a small tracer walks it through the plans.
 */
import test from "ava";
import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import { type Cidr, cidr, contains, formatCidr } from "../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { type BridgeNetwork, type BridgeOptions, defaultBridgeOptions } from "./bridge-network.ts";
import { planNode } from "./plan-node.ts";
import { hostEndOf, planPod } from "./plan-pod.ts";

const nodes = [
  {
    name: "node01",
    address: ipAddress("192.168.0.16"),
    subnet: "underlay",
    podCIDR: cidr("10.244.0.0/24"),
  },
  {
    name: "node02",
    address: ipAddress("192.168.0.18"),
    subnet: "underlay",
    podCIDR: cidr("10.244.1.0/24"),
  },
] as const;
const [node01, node02] = nodes;

function pod(name: string, address: string) {
  return { namespace: "default", name, netns: `default.${name}`, address: ipAddress(address) };
}

const [a, b, c] = [pod("a", "10.244.0.2"), pod("b", "10.244.0.3"), pod("c", "10.244.1.2")];
const outside = ipAddress("203.0.113.10");

function network(options: Partial<BridgeOptions> = {}): BridgeNetwork {
  return {
    podCIDR: cidr("10.244.0.0/16"),
    underlayMtu: 1500,
    options: { ...defaultBridgeOptions, ...options },
  };
}

interface Lab {
  readonly plans: ReadonlyMap<string, NetnsPlan>;
  readonly rules: ReadonlyMap<string, string>;
  readonly owners: ReadonlyMap<IpAddress, string>;
}

function lab(options: Partial<BridgeOptions>): Lab {
  const net = network(options);
  const wirings = nodes.map((node) => ({ node, ...planNode(node, nodes, net) }));
  const pods = [planPod(node01, a, net), planPod(node01, b, net), planPod(node02, c, net)];
  const all = [...wirings.map(({ plan }) => plan), ...pods];
  const owners = all.flatMap(({ netns, addresses = [] }) =>
    addresses.map(({ address }) => [address.address, netns] as const),
  );
  return {
    plans: new Map(all.map((plan) => [plan.netns, plan])),
    rules: new Map(wirings.map(({ node, iptables }) => [node.name, iptables])),
    owners: new Map([...owners, ...nodes.map(({ name, address }) => [address, name] as const)]),
  };
}

interface Trace {
  readonly path: string;
  readonly source: IpAddress;
}

/** The netns that the packet passes, and the source address with which it arrives. */
function trace({ plans, rules, owners }: Lab, from: IpAddress, to: IpAddress): Trace {
  const path: string[] = [];
  let source = from;
  let at = owners.get(from);
  while (at !== undefined && path.length < 6) {
    path.push(at);
    if (owners.get(to) === at) return { path: path.join(" "), source };
    const route = lookUp(plans.get(at), to);
    if (route === undefined) return { path: [...path, "no route"].join(" "), source };
    const node = nodes.find(({ name }) => name === at);
    if (node !== undefined && masquerades(rules.get(at) ?? "", source, to, route.device)) {
      source = node.address;
    }
    at = owners.get(route.via ?? to) ?? "outside";
    if (at === "outside") return { path: [...path, at].join(" "), source };
  }
  return { path: path.join(" "), source };
}

function lookUp(
  plan: NetnsPlan | undefined,
  to: IpAddress,
): { readonly device: string; readonly via?: IpAddress } | undefined {
  const everything = cidr("0.0.0.0/0");
  const isNode = nodes.some(({ name }) => name === plan?.netns);
  const table: Array<{ to: Cidr; device: string; via?: IpAddress }> = [
    ...(plan?.addresses ?? []).map(({ address, device }) => ({ to: address, device })),
    ...(plan?.routes ?? []).map(({ to: block = everything, via, device = "" }) => ({
      to: block,
      device,
      ...(via !== undefined && { via }),
    })),
    // The fabric's part of a node.
    ...(isNode ? [{ to: cidr("192.168.0.0/24"), device: "eth0" }] : []),
    ...(isNode && to === outside ? [{ to: everything, device: "eth0", via: outside }] : []),
  ];
  return table
    .filter((entry) => contains(entry.to, to))
    .sort((x, y) => y.to.prefixLength - x.to.prefixLength)[0];
}

/** Walks the nat table's POSTROUTING. Fails on an option it does not know. */
function masquerades(rules: string, source: IpAddress, to: IpAddress, out: string): boolean {
  const nat = rules.split("*nat\n")[1]?.split("\n") ?? [];
  const walk = (chain: string): string | undefined => {
    for (const line of nat.filter((text) => text.startsWith(`-A ${chain} `))) {
      const words = line
        .replace(/-m comment --comment "[^"]*" /, "")
        .split(" ")
        .slice(2);
      const { holds, target } = match(words, { "-s": source, "-d": to, "-o": out });
      if (!holds) continue;
      if (target === "RETURN" || target === "MASQUERADE") return target;
      const verdict = walk(target);
      if (verdict === "MASQUERADE") return verdict;
    }
    return undefined;
  };
  return walk("POSTROUTING") === "MASQUERADE";
}

function match(
  words: readonly string[],
  packet: Readonly<Record<string, string>>,
): { readonly holds: boolean; readonly target: string } {
  let holds = true;
  let target = "";
  for (let index = 0; index < words.length; index += 2) {
    const isNegated = words[index] === "!";
    if (isNegated) index++;
    const [option = "", value = ""] = words.slice(index);
    if (option === "-j") {
      target = value;
      continue;
    }
    const actual = packet[option];
    if (actual === undefined) throw new Error(`the tracer does not know ${option}`);
    const isEqual = option === "-o" ? actual === value : contains(cidr(value), ipAddress(actual));
    holds &&= isEqual !== isNegated;
  }
  return { holds, target };
}

interface Row {
  readonly title: string;
  readonly options?: Partial<BridgeOptions>;
  readonly from: IpAddress;
  readonly to: IpAddress;
  readonly path: string;
  readonly source: IpAddress;
}

const rows: readonly Row[] = [
  {
    title: "a pod reaches its neighbour over the bridge alone",
    from: a.address,
    to: b.address,
    path: "default.a default.b",
    source: a.address,
  },
  {
    title: "a pod reaches a pod of another node over both nodes, without NAT",
    from: a.address,
    to: c.address,
    path: "default.a node01 node02 default.c",
    source: a.address,
  },
  {
    title: "a node reaches its own pod",
    from: ipAddress("10.244.0.1"),
    to: a.address,
    path: "node01 default.a",
    source: ipAddress("10.244.0.1"),
  },
  {
    title: "a node reaches another node's pod as itself",
    from: node01.address,
    to: c.address,
    path: "node01 node02 default.c",
    source: node01.address,
  },
  {
    title: "a pod reaches its own node as itself",
    from: a.address,
    to: node01.address,
    path: "default.a node01",
    source: a.address,
  },
  {
    title: "a pod reaches another node as its own node",
    from: a.address,
    to: node02.address,
    path: "default.a node01 node02",
    source: node01.address,
  },
  {
    title: "a pod reaches the outside as its node",
    from: a.address,
    to: outside,
    path: "default.a node01 outside",
    source: node01.address,
  },
  {
    title: "a pod shows itself outside when masquerade is off",
    options: { masquerade: false },
    from: a.address,
    to: outside,
    path: "default.a node01 outside",
    source: a.address,
  },
  {
    title: "in isolated mode other nodes' pods are out of reach",
    options: { mode: "isolated" },
    from: a.address,
    to: c.address,
    path: "default.a node01 no route",
    source: a.address,
  },
  {
    title: "in isolated mode a pod reaches its neighbour as itself",
    options: { mode: "isolated", bridge: "docker0" },
    from: a.address,
    to: b.address,
    path: "default.a default.b",
    source: a.address,
  },
  {
    title: "in isolated mode whatever leaves has the node's address, even towards a node",
    options: { mode: "isolated", bridge: "docker0" },
    from: a.address,
    to: node02.address,
    path: "default.a node01 node02",
    source: node01.address,
  },
];

for (const { title, options = {}, from, to, path, source } of rows) {
  test(title, (t) => {
    t.deepEqual(trace(lab(options), from, to), { path, source });
  });
}

test("multicast keeps its source", (t) => {
  const rules = planNode(node01, nodes, network()).iptables;
  t.false(masquerades(rules, a.address, ipAddress("239.1.2.3"), "eth0"));
  t.true(masquerades(rules, a.address, outside, "eth0"));
});

test("the tracer refuses what it does not know", (t) => {
  t.throws(() => match(["-m", "addrtype", "-j", "RETURN"], {}), { message: /does not know -m/ });
});

test("a pod's wire: names, bridge, hairpin, MTU, default route", (t) => {
  const plan = planPod(node01, a, network({ mtu: 1400, bridge: "docker0", hairpin: false }));
  const [veth] = plan.links ?? [];
  if (veth?.type !== "veth") return t.fail("the link is the veth");
  const { name, mtu, peer } = veth;
  t.deepEqual([name, mtu, peer.netns, peer.mtu], ["eth0", 1400, "node01", 1400]);
  t.like(peer, { name: hostEndOf(a), master: "docker0", hairpin: false });
  t.deepEqual(
    plan.addresses?.map(({ address }) => formatCidr(address)),
    ["10.244.0.2/24"],
  );
  t.deepEqual(plan.routes, [{ via: ipAddress("10.244.0.1"), device: "eth0" }]);
});

test("the host end's name fits a device and differs between pods of one name", (t) => {
  const names = ["default", "vote"].map((namespace) => hostEndOf({ namespace, name: "web" }));
  for (const name of names) t.regex(name, /^veth[0-9a-f]{8}$/);
  t.not(names[0], names[1]);
});

test("the node holds the gateway on its bridge, and a route per other node", (t) => {
  const { plan } = planNode(node01, nodes, network());
  t.deepEqual(
    plan.addresses?.map(({ device, address }) => [device, formatCidr(address)]),
    [["cni0", "10.244.0.1/24"]],
  );
  t.deepEqual(plan.routes, [
    { to: cidr("10.244.1.0/24"), via: ipAddress("192.168.0.18"), device: "eth0" },
  ]);
  t.deepEqual(plan.sysctls, { "net/bridge/bridge-nf-call-iptables": "1" });
});
