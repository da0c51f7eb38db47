/**
 * Real packets through kube-proxy's rules: each flow of the sample cluster is sent
 * through a node, and must fare as the tracer says.
 *
 *     10.244.1.2 ── 10.244.1.5 ── 10.244.1.10 ── 10.244.2.2     pods, each on a veth of the node
 *                         node01 192.168.0.16
 *     203.0.113.9, 203.0.113.200                                outside; the default route ends in nowhere
 */
import { once } from "node:events";
import { createServer } from "node:net";
import test, { type ExecutionContext } from "ava";
import { nodeSysctls } from "../../src/components/kube-proxy/model/node-sysctls.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import {
  type SampleFlow,
  sampleConfig,
  sampleFlows,
  sampleNode,
  sampleServices,
  sampleSlices,
} from "../../src/components/kube-proxy/sample-cluster.ts";
import { applyPlans } from "../../src/kernel/apply-plan.ts";
import { Netns } from "../../src/kernel/netns.ts";
import type { NetnsPlan } from "../../src/kernel/plan.ts";
import { iptablesRestore, iptablesSave } from "../../src/kernel/rules.ts";
import { SocketError } from "../../src/kernel/socket-error.ts";
import { connectTcp, listenTcp } from "../../src/kernel/socket-tcp.ts";
import { udpSocket } from "../../src/kernel/socket-udp.ts";
import { cidr } from "../../src/net/cidr.ts";
import { formatSocketAddress, type IpAddress, ipAddress } from "../../src/net/ip-address.ts";

/** Who is attached to the node, by netns. */
const attached: ReadonlyMap<string, readonly string[]> = new Map([
  ["pod-a", ["10.244.1.2"]],
  ["pod-b", ["10.244.1.5"]],
  ["pod-c", ["10.244.1.10"]],
  ["pod-d", ["10.244.2.2"]],
  ["outside", ["203.0.113.9", "203.0.113.200"]],
  ["nowhere", ["192.0.2.1"]],
]);
const any = ipAddress("0.0.0.0");

/** Long enough for a packet on one machine; a dropped one is waited for in vain. */
const patienceMs = 250;
/** Three endpoints are all met in so many tries but for one case in ten millions. */
const tries = 45;

const netnsByName = new Map(
  ["node01", ...attached.keys()].map((name) => [name, Netns.create(name)]),
);
const servers = [...attached.keys()].flatMap((name) => [
  ...[8080, 53].map((port) => answerTcp(named(name), port)),
  ...[53, 9000].map((port) => answerUdp(named(name), port)),
]);

test.before(async () => {
  applyPlans(
    [nodePlan(), ...[...attached].map(([name, addresses]) => hostPlan(name, addresses))],
    netnsByName,
  );
  servers.push(answerTcp(named("node01"), 32000));
  await iptablesRestore(
    named("node01"),
    rulesFor([...sampleServices, ...sampleSlices], {
      mode: "iptables",
      node: sampleNode,
      config: sampleConfig,
    }),
  );
});

test.after.always(() => {
  for (const server of servers) server.close();
  for (const netns of netnsByName.values()) netns[Symbol.dispose]();
});

function named(name: string): Netns {
  const netns = netnsByName.get(name);
  if (netns === undefined) throw new RangeError(`there is no netns ${name}`);
  return netns;
}

function nodePlan(): NetnsPlan {
  const hosts = [...attached];
  return {
    netns: "node01",
    sysctls: { "net/ipv4/ip_forward": "1", ...nodeSysctls(sampleConfig, "ipv4") },
    links: [
      { type: "existing", name: "lo" },
      ...hosts.map(([name]) => ({
        type: "veth" as const,
        name,
        peer: { name: "eth0", netns: name },
      })),
    ],
    addresses: [{ device: "nowhere", address: cidr("192.168.0.16/32") }],
    routes: [
      ...hosts.flatMap(([device, addresses]) =>
        addresses.map((address) => ({ to: cidr(`${address}/32`), device })),
      ),
      { via: ipAddress("192.0.2.1"), device: "nowhere", onlink: true },
    ],
  };
}

function hostPlan(netns: string, addresses: readonly string[]): NetnsPlan {
  return {
    netns,
    links: [{ type: "existing", name: "lo" }],
    addresses: addresses.map((address) => ({ device: "eth0", address: cidr(`${address}/32`) })),
    routes: [{ via: sampleNode.ip, device: "eth0", onlink: true }],
  };
}

/** Servers answer with the address that they were reached at, and the one they see as the client's. */
function answerTcp(netns: Netns, port: number) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(`${formatSocketAddress(socket.localAddress ?? "", port)} ${socket.remoteAddress}`);
  });
  return listenTcp(netns, { address: any, port }, server);
}

function answerUdp(netns: Netns, port: number) {
  const [address = ""] = attached.get(netns.name) ?? [];
  const socket = udpSocket(netns, { port });
  socket.on("message", (_, from) => {
    const answer = `${formatSocketAddress(address, port)} ${from.address}`;
    socket.send(answer, from.port, from.address);
  });
  return socket;
}

interface Answer {
  readonly server: string;
  readonly sawClient: string;
}

async function askTcp(netns: Netns, from: IpAddress, to: IpAddress, port: number): Promise<Answer> {
  const socket = await connectTcp(netns, {
    to: { address: to, port },
    from: { address: from },
    timeoutMs: patienceMs,
    signal: new AbortController().signal,
  });
  const chunks: string[] = [];
  for await (const chunk of socket.setEncoding("utf8")) chunks.push(String(chunk));
  return parseAnswer(chunks.join(""));
}

async function askUdp(netns: Netns, from: IpAddress, to: IpAddress, port: number): Promise<Answer> {
  const socket = udpSocket(netns, { address: from });
  try {
    socket.send("who are you", port, to);
    const [text] = await once(socket, "message", { signal: AbortSignal.timeout(patienceMs * 4) });
    return parseAnswer(String(text));
  } finally {
    socket.close();
  }
}

function parseAnswer(text: string): Answer {
  const [server = "", sawClient = ""] = text.split(" ");
  return { server, sawClient };
}

function netnsOf(address: string): Netns {
  for (const [name, addresses] of attached) if (addresses.includes(address)) return named(name);
  return named("node01");
}

// A packet to 127.0.0.1 leaves no machine by itself; who forges one needs a raw socket.
const sendable = sampleFlows.filter(({ from, to }) => !to.startsWith("127.") || from === to);

for (const flow of sendable) {
  test.serial(
    `a real packet from ${flow.from} to ${flow.to}:${flow.port}: ${flow.title}`,
    async (t) => {
      if (typeof flow.outcome === "string") await checkVerdict(t, flow, flow.outcome);
      else await checkTargets(t, flow, flow.outcome);
    },
  );
}

async function checkTargets(
  t: ExecutionContext,
  flow: SampleFlow,
  targets: readonly string[],
): Promise<void> {
  const ask = flow.protocol === "udp" ? askUdp : askTcp;
  const [from, to] = [ipAddress(flow.from), ipAddress(flow.to)];
  const seen = new Set<string>();
  for (let count = 0; count < tries; count++) {
    const { server, sawClient } = await ask(netnsOf(flow.from), from, to, flow.port);
    seen.add(server);
    if (!flow.masqueraded) t.is(sawClient, flow.from);
    else t.true((sampleNode.addresses as readonly string[]).includes(sawClient), sawClient);
  }
  // With affinity one client meets one endpoint, whichever it was first.
  const expected = flow.to === "10.96.0.21" ? [...seen].slice(0, 1) : targets;
  t.deepEqual([...seen].sort(), [...expected].sort());
  for (const server of seen) t.true(targets.includes(server));
}

async function checkVerdict(
  t: ExecutionContext,
  { from, to, port }: SampleFlow,
  outcome: Exclude<SampleFlow["outcome"], readonly string[]>,
): Promise<void> {
  const before = await droppedPackets();
  const attempt = askTcp(netnsOf(from), ipAddress(from), ipAddress(to), port);
  if (outcome === "accept") {
    t.is((await attempt).sawClient, from);
    return;
  }
  const error = await t.throwsAsync(attempt, { instanceOf: SocketError });
  t.is(error?.reason, outcome === "reject" ? "unreachable" : "timed out");
  // What no rule concerns is lost in nowhere just as silently: only the counters tell.
  t.is((await droppedPackets()) > before, outcome === "drop");
}

/** What the DROP rules of the node have counted. */
async function droppedPackets(): Promise<number> {
  const saved = await iptablesSave(named("node01"), { table: "filter", counters: true });
  const counts = saved.matchAll(/^\[(\d+):\d+\] .* -j DROP$/gm);
  return Array.from(counts, ([, packets]) => Number(packets)).reduce(
    (sum, count) => sum + count,
    0,
  );
}
