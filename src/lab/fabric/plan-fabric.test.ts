import test from "ava";
import type { NetnsPlan } from "../../kernel/plan.ts";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { type FabricTopology, planFabric, portName } from "./plan-fabric.ts";

const nodes = [
  { name: "node01", address: ipAddress("192.168.0.16") },
  { name: "node02", address: ipAddress("192.168.0.18") },
];
const laptop = { name: "laptop", address: cidr("192.168.0.1/24") };
const web = { name: "web", address: cidr("203.0.113.10/24") };
const underlay = { cidr: cidr("192.168.0.0/24"), mtu: 1500 };

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
  const plans = plan({});
  t.deepEqual([...plans.keys()], ["underlay", "node01", "node02"]);
  const [node01] = [plans.get("node01")];
  t.deepEqual(node01 && describe(node01), ["eth0 192.168.0.16/24"]);
});

test("a host outside the underlay stands behind a router that takes the first free address", (t) => {
  const plans = plan({ hosts: [laptop, web] });
  const said = (netns: string): readonly string[] => {
    const found = plans.get(netns);
    return found === undefined ? [] : describe(found);
  };
  // 192.168.0.1 is the laptop's.
  t.deepEqual(said("router"), ["eth0 192.168.0.2/24", "eth1 203.0.113.1/24"]);
  t.deepEqual(said("node01"), ["eth0 192.168.0.16/24", "default via 192.168.0.2 dev eth0"]);
  t.deepEqual(said("laptop"), ["eth0 192.168.0.1/24", "default via 192.168.0.2 dev eth0"]);
  t.deepEqual(said("web"), ["eth0 203.0.113.10/24", "default via 203.0.113.1 dev eth0"]);
});

test("hosts of one subnet share a switch, hosts of two do not", (t) => {
  const hosts = [
    web,
    { name: "dns", address: cidr("203.0.113.11/24") },
    { name: "far", address: cidr("198.18.0.5/15") },
  ];
  const bridges = plan({ hosts })
    .get("underlay")
    ?.links?.map(({ name }) => name);
  t.deepEqual(bridges, ["underlay", "outside1", "outside2"]);
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
  }));
  t.is(plan({ nodes: many }).get("n3")?.neighbours?.length, 19);
  t.is(plan({}).get("node01")?.neighbours?.length, 0);
});

for (const { machine, bridge, want } of [
  { machine: "node01", bridge: "underlay", want: /^node01$/ },
  { machine: "router", bridge: "outside1", want: /^router\.outside1$/ },
  { machine: "ip-192-168-0-16", bridge: "underlay", want: /^ip-192-168-0-16$/ },
  { machine: "worker-in-rack-twelve", bridge: "underlay", want: /^worker-i~[0-9a-f]{6}$/ },
]) {
  test(`the switch port of ${machine} fits a device name`, (t) => {
    const name = portName(machine, bridge);
    t.regex(name, want);
    t.true(name.length <= 15);
  });
}
