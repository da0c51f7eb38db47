import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import test from "ava";
import type { Netns } from "../../src/kernel/netns.ts";
import { iptablesRestore } from "../../src/kernel/rules/rules.ts";
import { PingSocket } from "../../src/kernel/sockets/ping-socket.ts";
import { connectTcp, listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { type IpAddress, ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";
import { BridgeCluster } from "./bridge-cluster.ts";

const port = 8080;
const any = ipAddress("0.0.0.0");
const { signal } = new AbortController();

/** What is dropped is waited for in vain. */
const IMPATIENCE_MS = 500;

/** Connects and returns the client's address as the server saw it; undefined when there is no way. */
async function seenBy(
  server: Netns,
  client: Netns,
  to: IpAddress,
  timeoutMs: number = patient(20_000),
): Promise<string | undefined> {
  const listener = listenTcp(
    server,
    { address: any, port },
    createServer((socket) => socket.end(`${socket.remoteAddress}`)),
  );
  try {
    const socket = await connectTcp(client, { to: { address: to, port }, timeoutMs, signal });
    return await text(socket);
  } catch {
    return undefined;
  } finally {
    listener.close();
    await once(listener, "close");
  }
}

/** The TTL with which the answer comes back: 64 less the routers on the way. */
async function replyTtl(from: Netns, to: IpAddress): Promise<number | undefined> {
  using ping = PingSocket.open(from, "ipv4");
  const outcome = await ping.echo({ to, timeoutMs: patient(5_000), signal });
  return outcome.type === "reply" ? outcome.ttl : undefined;
}

test("pods reach pods without NAT, outside machines with it, nodes all pods", async (t) => {
  using cluster = await BridgeCluster.create("cb-routed");
  const [a, b] = [await cluster.addPod("node01", "a"), await cluster.addPod("node01", "b")];
  const c = await cluster.addPod("node02", "c");
  const [node01, node02] = [cluster.netns("node01"), cluster.netns("node02")];
  const [laptop] = [cluster.netns("laptop")];
  t.is(await seenBy(b.netns, a.netns, b.address), a.address);
  t.is(await seenBy(c.netns, a.netns, c.address), a.address);
  t.is(await seenBy(a.netns, node01, a.address), "10.244.0.1");
  t.is(await seenBy(c.netns, node01, c.address), cluster.node01Address);
  t.is(await seenBy(node01, a.netns, cluster.node01Address), a.address);
  t.is(await seenBy(node02, a.netns, cluster.node02Address), cluster.node01Address);
  t.is(await seenBy(laptop, a.netns, cluster.laptopAddress), cluster.node01Address);
  t.is(await seenBy(a.netns, laptop, a.address, IMPATIENCE_MS), undefined);
});

test("one node is one hop, two nodes are two routers", async (t) => {
  using cluster = await BridgeCluster.create("cb-hops");
  const [a, b] = [await cluster.addPod("node01", "a"), await cluster.addPod("node01", "b")];
  const c = await cluster.addPod("node02", "c");
  t.is(await replyTtl(a.netns, b.address), 64);
  t.is(await replyTtl(a.netns, c.address), 62);
  t.is(await replyTtl(cluster.netns("node01"), a.address), 64);
});

test("Docker alone keeps nodes' pods apart and hides even a node from a node", async (t) => {
  using cluster = await BridgeCluster.create("cb-docker", { mode: "isolated", bridge: "docker0" });
  const [a, b] = [await cluster.addPod("node01", "a"), await cluster.addPod("node01", "b")];
  const c = await cluster.addPod("node02", "c");
  t.is(await seenBy(b.netns, a.netns, b.address), a.address);
  t.is(await seenBy(c.netns, a.netns, c.address, IMPATIENCE_MS), undefined);
  t.is(
    await seenBy(cluster.netns("node02"), a.netns, cluster.node02Address),
    cluster.node01Address,
  );
});

for (const { hairpin, reaches } of [
  { hairpin: true, reaches: true },
  { hairpin: false, reaches: false },
]) {
  test(`with hairpin ${hairpin ? "on" : "off"} a pod ${reaches ? "reaches" : "does not reach"} itself through its Service`, async (t) => {
    using cluster = await BridgeCluster.create(`cb-pin-${hairpin}`, { hairpin });
    const a = await cluster.addPod("node01", "a");
    const service = ipAddress("10.96.0.10");
    await iptablesRestore(
      cluster.netns("node01"),
      `*nat
-A PREROUTING -d ${service} -p tcp -j DNAT --to-destination ${a.address}
-A POSTROUTING -s ${a.address} -d ${a.address} -j MASQUERADE
COMMIT
`,
    );
    const timeoutMs = reaches ? patient(20_000) : IMPATIENCE_MS;
    t.is(await seenBy(a.netns, a.netns, service, timeoutMs), reaches ? "10.244.0.1" : undefined);
  });
}

test("a Service's backend on the client's own bridge answers as the Service", async (t) => {
  using cluster = await BridgeCluster.create("cb-nf");
  const [a, b] = [await cluster.addPod("node01", "a"), await cluster.addPod("node01", "b")];
  const service = ipAddress("10.96.0.10");
  await iptablesRestore(
    cluster.netns("node01"),
    `*nat
-A PREROUTING -d ${service} -p tcp -j DNAT --to-destination ${b.address}
COMMIT
`,
  );
  t.is(await seenBy(b.netns, a.netns, service), a.address);
});

test("a pod's devices read like the real plugin's", async (t) => {
  using cluster = await BridgeCluster.create("cb-ip", { mtu: 1400 });
  const a = await cluster.addPod("node01", "a");
  const ip = (netns: string, ...args: readonly string[]): string =>
    execFileSync("ip", ["-n", netns, ...args], { encoding: "utf8" });
  t.regex(ip(a.netns.name, "-br", "-4", "address"), /eth0@if\d+ +UP +10\.244\.0\.2\/24/);
  t.is(ip(a.netns.name, "route").trim().split("\n")[0]?.trim(), "default via 10.244.0.1 dev eth0");
  const ports = ip("cb-ip-node01", "-o", "-d", "link", "show", "master", "cni0");
  t.regex(ports, /veth[0-9a-f]{8}@if\d+: .* mtu 1400 .* state UP .* hairpin on /);
  t.regex(ip("cb-ip-node01", "route"), /10\.244\.1\.0\/24 via 192\.168\.0\.18 dev eth0/);
});
