import test from "ava";
import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { type FabricTopology, planFabric, portName } from "./plan-fabric.ts";

const location = { file: "lab.yaml", line: 1, column: 1, path: "" };
const inside = { subnet: "underlay" };
const nodes = [
  { name: "node01", address: ipAddress("192.168.0.16"), ...inside },
  { name: "node02", address: ipAddress("192.168.0.18"), ...inside },
];
const laptop = { name: "laptop", address: ipAddress("192.168.0.100"), ...inside };
const web = { name: "web", address: ipAddress("203.0.113.10"), subnet: "outside" };

const subnets = [
  {
    name: "underlay",
    location,
    cidr: cidr("192.168.0.0/24"),
    gateway: ipAddress("192.168.0.1"),
  },
  { name: "outside", location, cidr: cidr("203.0.113.0/24"), gateway: ipAddress("203.0.113.1") },
];
const router = {
  name: "router",
  location,
  asNumber: undefined,
  interfaces: subnets.map(({ name, gateway }) => ({ subnet: name, address: gateway })),
};
const underlay = { mtu: 1500, subnets, routers: [router] };

function plan(topology: Partial<FabricTopology>): Map<string, NetnsPlan> {
  const { plans } = planFabric({ nodes, hosts: [], underlay, ...topology });
  return new Map(plans.map((entry) => [entry.netns, entry]));
}

/** `dev address` and `to via gateway dev`, as `ip -br address` and `ip route` would say it. */
function describe({ addresses = [], routes = [] }: NetnsPlan): string[] {
  return [
    ...addresses.map(({ device, address }) => `${device} ${formatCidr(address)}`),
    ...routes.map(({ via, device }) => `default via ${via} dev ${device}`),
  ];
}

test("nodes alone share one switch and need no router", (t) => {
  const [alone] = subnets;
  t.truthy(alone);
  const plans = plan({
    underlay: { mtu: 1500, subnets: alone ? [{ ...alone, gateway: undefined }] : [], routers: [] },
  });
  t.deepEqual([...plans.keys()], ["underlay", "node01", "node02"]);
  const node01 = plans.get("node01");
  t.deepEqual(node01 && describe(node01), ["eth0 192.168.0.16/24"]);
});

test("a host outside the underlay stands behind a router", (t) => {
  const plans = plan({ hosts: [laptop, web] });
  const said = (netns: string): readonly string[] => {
    const found = plans.get(netns);
    return found === undefined ? [] : describe(found);
  };
  t.deepEqual(said("router"), ["eth0 192.168.0.1/24", "eth1 203.0.113.1/24"]);
  t.deepEqual(said("node01"), ["eth0 192.168.0.16/24", "default via 192.168.0.1 dev eth0"]);
  t.deepEqual(said("laptop"), ["eth0 192.168.0.100/24", "default via 192.168.0.1 dev eth0"]);
  t.deepEqual(said("web"), ["eth0 203.0.113.10/24", "default via 203.0.113.1 dev eth0"]);
});

test("every subnet is a switch of its own", (t) => {
  const bridges = plan({})
    .get("underlay")
    ?.links?.map(({ name }) => name);
  t.deepEqual(bridges, ["underlay", "outside"]);
});

test("every netns is created before a plan names it", (t) => {
  const { netns, plans } = planFabric({ nodes, hosts: [laptop, web], underlay });
  const named = plans.flatMap((entry) => [
    entry.netns,
    ...(entry.links ?? []).flatMap((link) => (link.type === "veth" ? [link.peer.netns] : [])),
  ]);
  t.deepEqual([...new Set(named)].sort(), [...netns].sort());
});

test("many nodes know one another's MAC addresses from the start", (t) => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    name: `n${index}`,
    address: ipAddress(`192.168.0.${index + 10}`),
    ...inside,
  }));
  t.is(plan({ nodes: many }).get("n3")?.neighbours?.length, 19);
  t.is(plan({}).get("node01")?.neighbours?.length, 0);
});

for (const { machine, device, want } of [
  { machine: "node01", device: "eth0", want: /^node01$/ },
  { machine: "router", device: "eth1", want: /^router\.eth1$/ },
  { machine: "underlay", device: "eth0", want: /^underlay\.eth0$/ },
  { machine: "ip-192-168-0-16", device: "eth0", want: /^ip-192-168-0-16$/ },
  { machine: "worker-in-rack-twelve", device: "eth0", want: /^worker-i~[0-9a-f]{6}$/ },
]) {
  test(`the switch port of ${machine}'s ${device} fits a device name`, (t) => {
    const name = portName(machine, device);
    t.regex(name, want);
    t.true(name.length <= 15);
  });
}
