/**
 * Builds and wires pods on ten nodes, by our plans and by `ip -batch` in turn:
 * `node dist/bench/wiring.js [PODS…]`, inside a sandbox, as root of its network.
 *
 * A pod is a netns with `lo` up, a veth to its node's bridge, an address and a default route; IPv6
 * is off, by sysctl. `ip -batch` is given the fewest lines and processes that do the same.
 */
import { equal } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { Rtnetlink } from "../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../src/kernel/netns.ts";
import { applyPlans } from "../src/kernel/plan/apply-plan.ts";
import type { LinkPlan, NetnsPlan } from "../src/kernel/plan/plan.ts";
import { writeSysctls } from "../src/kernel/sysctl.ts";
import { addressAt, cidr, subnetAt } from "../src/net/cidr.ts";
import { deriveMacAddress, type MacAddress } from "../src/net/mac-address.ts";
import { median, printFigure } from "./figure.ts";

const NODES = 10;
/** Of a hundred pods: few milliseconds depend on chance, and the first round compiles. A thousand take half a minute a round. */
const ROUNDS = 9;
const ROUNDS_OF_MANY = 3;
const MANY = 500;
const POD_CIDR = cidr("10.244.0.0/16");
const MTU = 1450;
/** As our plans have it: without, the kernel makes more, and takes a while to take them back. */
const QUEUES = "numtxqueues 1 numrxqueues 1";
const NO_IPV6 = {
  "net/ipv6/conf/all/disable_ipv6": "1",
};

/** What ip(8) tells of a device that is another each time. */
const UNLIKE = ["ifindex", "link", "link_index", "link_netnsid", "linkinfo", "operstate", "flags"];

interface Pod {
  readonly netns: string;
  readonly hostDevice: string;
  readonly address: string;
  readonly mac: MacAddress;
}

interface Node {
  readonly netns: string;
  readonly gateway: string;
  readonly pods: readonly Pod[];
}

interface Wired {
  readonly elapsedMs: number;
  readonly state: string;
}

/** `round` keeps the names of one run apart from those that the kernel still takes down. */
function layOut(podCount: number, round: string): Node[] {
  return Array.from({ length: NODES }, (_, node) => {
    const subnet = subnetAt(POD_CIDR, 24, node);
    const count = Math.floor(podCount / NODES) + (node < podCount % NODES ? 1 : 0);
    return {
      netns: `${round}-node${node}`,
      gateway: `${addressAt(subnet, 1)}/24`,
      pods: Array.from({ length: count }, (_, pod) => ({
        netns: `${round}-pod${node}-${pod}`,
        hostDevice: `veth${pod}`,
        address: `${addressAt(subnet, pod + 2)}/24`,
        mac: deriveMacAddress(`pod${node}-${pod}`, "eth0"),
      })),
    };
  });
}

function plansOf(nodes: readonly Node[]): NetnsPlan[] {
  return nodes.flatMap(({ netns, gateway, pods }): NetnsPlan[] => {
    const via = cidr(gateway).address;
    const lo: LinkPlan = { type: "existing", name: "lo" };
    const bridge: LinkPlan = { type: "bridge", name: "cni0" };
    const veths = pods.map(
      ({ netns, hostDevice, mac }): LinkPlan => ({
        type: "veth",
        name: hostDevice,
        mtu: MTU,
        master: "cni0",
        peer: { name: "eth0", netns, mtu: MTU, mac },
      }),
    );
    return [
      {
        netns,
        sysctls: NO_IPV6,
        links: [lo, bridge, ...veths],
        addresses: [{ device: "cni0", address: cidr(gateway) }],
      },
      ...pods.map(
        (pod): NetnsPlan => ({
          netns: pod.netns,
          sysctls: NO_IPV6,
          links: [lo],
          addresses: [{ device: "eth0", address: cidr(pod.address) }],
          routes: [{ via }],
        }),
      ),
    ];
  });
}

function namesOf(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ netns, pods }) => [netns, ...pods.map((pod) => pod.netns)]);
}

async function wireByPlan(podCount: number, round: number): Promise<Wired> {
  const nodes = layOut(podCount, `plan${podCount}-${round}`);
  const start = performance.now();
  const netnsByName = new Map(namesOf(nodes).map((name) => [name, Netns.create(name)]));
  applyPlans(plansOf(nodes), netnsByName);
  const elapsedMs = performance.now() - start;
  const state = stateOf(nodes);
  await freed(namesOf(nodes), () => {
    for (const netns of netnsByName.values()) netns[Symbol.dispose]();
  });
  return { elapsedMs, state };
}

/** ip(8) changes into one netns a process, so each netns costs one; its sysctls are written as ours are. */
async function wireByIp(podCount: number, round: number): Promise<Wired> {
  const nodes = layOut(podCount, `ip${podCount}-${round}`);
  const start = performance.now();
  ip(
    [],
    namesOf(nodes).map((name) => `netns add ${name}`),
  );
  for (const name of namesOf(nodes)) {
    using netns = Netns.open(name);
    writeSysctls(netns, NO_IPV6);
  }
  for (const { netns, gateway, pods } of nodes) {
    ip(
      ["-n", netns],
      [
        "link set lo up",
        "link add cni0 type bridge",
        "link set cni0 up",
        `address add ${gateway} dev cni0`,
        ...pods.flatMap((pod) => [
          `link add ${pod.hostDevice} mtu ${MTU} ${QUEUES} master cni0 up type veth peer name eth0 mtu ${MTU} ${QUEUES} address ${pod.mac} netns ${pod.netns}`,
        ]),
      ],
    );
    for (const pod of pods) {
      ip(
        ["-n", pod.netns],
        [
          "link set lo up",
          "link set eth0 up",
          `address add ${pod.address} dev eth0`,
          `route add default via ${cidr(gateway).address}`,
        ],
      );
    }
  }
  const elapsedMs = performance.now() - start;
  const state = stateOf(nodes);
  const deletions = namesOf(nodes).map((name) => `netns delete ${name}`);
  await freed(namesOf(nodes), () => ip([], deletions));
  return { elapsedMs, state };
}

/**
 * Removes the namespaces and waits until the kernel has taken their devices down, which it does in the
 * background and under the lock that the next round wants: a pair that reaches into the last of them goes with it.
 */
async function freed(names: readonly string[], remove: () => void): Promise<void> {
  const last = names.at(-1);
  ip([], [`link add marker type veth peer name marker netns ${last}`]);
  remove();
  using here = Netns.current();
  using netlink = Rtnetlink.open(here);
  while (netlink.links().some(({ name }) => name === "marker")) await setTimeout(20);
}

function ip(options: readonly string[], lines: readonly string[]): void {
  execFileSync("ip", [...options, "-batch", "-"], { input: lines.join("\n") });
}

/**
 * All that ip(8) tells of the devices, addresses and routes of the first node and of its last pod, but for numbers
 * that count on, random addresses, and the names of rounds: the same whoever wired them, or one has done less.
 */
function stateOf([node]: readonly Node[]): string {
  const pod = node?.pods.at(-1);
  if (node === undefined || pod === undefined) throw new RangeError("a node without pods");
  return [node.netns, pod.netns].map(stateIn).join("\n");
}

function stateIn(netns: string): string {
  const show = (...words: readonly string[]): readonly object[] =>
    JSON.parse(execFileSync("ip", ["-n", netns, "-details", "-json", ...words]).toString());
  const isNodeEnd = ({ ifname = "" }: { ifname?: string }): boolean => ifname !== "eth0";
  const devices = show("address").map((device) => ({
    ...device,
    ...Object.fromEntries(UNLIKE.map((name) => [name, undefined])),
    // Only the pods' ends are given one.
    ...(isNodeEnd(device) && { address: undefined }),
  }));
  return JSON.stringify([devices, show("route")], undefined, 1);
}

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000];
for (const count of counts) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < (count < MANY ? ROUNDS : ROUNDS_OF_MANY); round++) {
    const byPlan = await wireByPlan(count, round);
    const byIp = await wireByIp(count, round);
    equal(byPlan.state, byIp.state);
    ours.push(byPlan.elapsedMs);
    theirs.push(byIp.elapsedMs);
  }
  printFigure({
    bench: "wiring",
    what: `${count.toLocaleString("en")} pods on ${NODES} nodes wired`,
    unit: "ms",
    podwire: median(ours),
    rounds: ours,
    against: { tool: "ip -batch", value: median(theirs) },
  });
}
