/**
 * The sample cluster's first node with real machines on it, and kube-proxy's rules in it:
 *
 *     10.244.1.2 ── 10.244.1.5 ── 10.244.1.10 ── 10.244.2.2     pods, each on a veth of the node
 *                         node01 192.168.0.16, 10.244.1.1
 *     203.0.113.9, 203.0.113.200                                outside
 *     192.0.2.1                                                 nowhere: the default route ends there
 *
 * On every machine the ports 8080 and 53 answer by TCP, 53 and 9000 by UDP, with whom they were reached at
 * and whom they saw.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { get as httpGet, type IncomingMessage } from "node:http";
import { createServer, type Server } from "node:net";
import { pino } from "pino";
import type { Store } from "../../src/api/store/store.ts";
import type { KubeProxyConfig } from "../../src/components/kube-proxy/config/config.ts";
import { nodeSysctls } from "../../src/components/kube-proxy/config/node-sysctls.ts";
import type { KubeProxy } from "../../src/components/kube-proxy/kube-proxy.ts";
import type { ProxyKernel } from "../../src/components/kube-proxy/model/proxy-kernel.ts";
import {
  type KubeProxyOptions,
  startKubeProxies,
  startKubeProxy,
} from "../../src/components/kube-proxy/setup.ts";
import { refusingKernel } from "../../src/components/kube-proxy/testing/refusing-kernel.ts";
import { sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import type { NetnsPlan } from "../../src/kernel/plan/plan.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { ipvsIn } from "../../src/kernel/rules/ipvs.ts";
import {
  iptablesRestore,
  iptablesSave,
  nftApply,
  nftListTable,
} from "../../src/kernel/rules/rules.ts";
import { connectTcp, listenTcp, type StreamTransport } from "../../src/kernel/sockets/tcp.ts";
import { udpSocket } from "../../src/kernel/sockets/udp.ts";
import { cleanConntrack } from "../../src/lab/live/nodes/clean-conntrack.ts";
import { cidr } from "../../src/net/cidr.ts";
import { formatSocketAddress, ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";

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

/** An answer comes, however busy the machine is. */
const patientMs = patient(10_000);
/** For packets that are dropped: so long is waited for in vain. */
export const impatientMs = 300;

export interface Answer {
  readonly server: string;
  readonly sawClient: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Of connections. @default "tcp" */
  readonly transport?: StreamTransport;
  /** How long an answer is waited for. @default very long */
  readonly patienceMs?: number;
}

export class SampleNode implements Disposable {
  readonly #prefix: string;
  readonly #netns = new Map<string, Netns>();
  readonly #netlink: Rtnetlink;
  readonly #servers: Array<{ close(): unknown }> = [];

  /** `prefix` keeps the names of nodes that are there at the same time apart. */
  constructor(prefix: string, config: KubeProxyConfig) {
    this.#prefix = prefix;
    for (const name of ["node01", ...attached.keys()]) {
      // biome-ignore lint/nursery/useDisposables: ended with this.
      const netns = Netns.create(this.#full(name));
      this.#netns.set(netns.name, netns);
    }
    const hosts = Array.from(attached, ([name, addresses]) => this.#hostPlan(name, addresses));
    applyPlans([this.#nodePlan(config), ...hosts], this.#netns);
    this.#netlink = Rtnetlink.open(this.netns("node01"));
    for (const name of attached.keys()) {
      for (const port of [8080, 53]) this.answerTcp(name, port);
      for (const port of [53, 9000]) this.#answerUdp(name, port);
    }
    this.#count();
  }

  /** What a kube-proxy may do to this node. */
  get kernel(): ProxyKernel {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const node = this.netns("node01");
    return {
      ...refusingKernel,
      iptablesRestore: (payload) => iptablesRestore(node, payload),
      iptablesSave: () => iptablesSave(node),
      nftApply: (script) => nftApply(node, script),
      nftListTable: (family) => nftListTable(node, family),
      ipvs: ipvsIn(node, this.#netlink),
    };
  }

  netns(name: string): Netns {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const netns = this.#netns.get(this.#full(name));
    if (netns === undefined) throw new RangeError(`there is no netns ${name}`);
    return netns;
  }

  /** A kube-proxy of its own on this node, as the lab starts it. End it before the node. */
  startProxy(store: Store, config: KubeProxyConfig): KubeProxy {
    return startKubeProxy(this.#proxyOptions(store, config));
  }

  /** One for IPv4 and IPv6, in iptables mode. The node has no IPv6 address but its loopback. */
  startDualProxy(store: Store, config: KubeProxyConfig): readonly KubeProxy[] {
    const options = this.#proxyOptions(store, config);
    const iptablesRestoreSix = (payload: string): Promise<void> =>
      iptablesRestore(this.netns("node01"), payload, "ipv6");
    const kernel = { ...options.kernel, iptablesRestore: iptablesRestoreSix };
    return startKubeProxies([options, { ...options, nodeIP: ipAddress("fd00::16"), kernel }]);
  }

  #proxyOptions(store: Store, config: KubeProxyConfig): KubeProxyOptions {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const node = this.netns("node01");
    return {
      nodeName: "node01",
      nodeIP: sampleNode.ip,
      nodeAddresses: () => sampleNode.addresses,
      config,
      store,
      log: pino({ level: "silent" }),
      kernel: this.kernel,
      listen: (server, at) => void listenTcp(node, at, server),
      cleanConntrack: (stale) => cleanConntrack(node, stale),
    };
  }

  /** GET by HTTP/1.1, one connection. */
  async get(
    { from, to, port, patienceMs = patientMs }: Question,
    path: string,
  ): Promise<HttpAnswer> {
    const socket = await connectTcp(this.#netnsOf(from), {
      to: { address: ipAddress(to), port },
      from: { address: ipAddress(from) },
      timeoutMs: patienceMs,
      signal: new AbortController().signal,
    });
    const request = httpGet({ path, createConnection: () => socket });
    // The one argument of the event.
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const chunks: string[] = [];
    for await (const chunk of response.setEncoding("utf8")) chunks.push(String(chunk));
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: chunks.join("") };
  }

  /** How many packets to this address found no way but the default route, or came to the node itself. */
  strays(to: string): number {
    const listing = this.#nft("nowhere", ["list", "table", "ip", "strays"]);
    const lines = listing.split("\n").filter((line) => line.includes(`ip daddr ${to} `));
    return lines.reduce((sum, line) => sum + Number(/packets (\d+)/.exec(line)?.[1] ?? 0), 0);
  }

  /** From now on {@link strays} of this address are counted. */
  watchStrays(to: string): void {
    this.#nft("nowhere", ["add", "rule", "ip", "strays", "in", "ip", "daddr", to, "counter"]);
  }

  async askTcp({
    from,
    to,
    port,
    transport = "tcp",
    patienceMs = patientMs,
  }: Question): Promise<Answer> {
    const socket = await connectTcp(this.#netnsOf(from), {
      transport,
      to: { address: ipAddress(to), port },
      from: { address: ipAddress(from) },
      timeoutMs: patienceMs,
      signal: new AbortController().signal,
    });
    const chunks: string[] = [];
    for await (const chunk of socket.setEncoding("utf8")) chunks.push(String(chunk));
    return parseAnswer(chunks.join(""));
  }

  async askUdp({ from, ...question }: Question): Promise<Answer> {
    using flow = this.udpFlow(from);
    return await flow.ask(question);
  }

  /** A socket that keeps its port, so that all it sends to one place is one flow. */
  udpFlow(from: string): UdpFlow {
    return new UdpFlow(this.#netnsOf(from), from);
  }

  /** Servers answer with the address that they were reached at, and the one they see as the client's. */
  answerTcp(name: string, port: number, transport: StreamTransport = "tcp"): Server {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.write(
        `${formatSocketAddress(socket.localAddress ?? "", port)} ${socket.remoteAddress}`,
      );
      // Of SCTP no end of the client's comes any more: both sides end together.
      socket.destroySoon();
    });
    this.#servers.push(server);
    return listenTcp(this.netns(name), { address: any, port, transport }, server);
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.close();
    this.#netlink[Symbol.dispose]();
    for (const netns of this.#netns.values()) netns[Symbol.dispose]();
  }

  #full(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  #netnsOf(address: string): Netns {
    for (const [name, addresses] of attached) {
      if (addresses.includes(address)) return this.netns(name);
    }
    return this.netns("node01");
  }

  #answerUdp(name: string, port: number): void {
    const [address = ""] = attached.get(name) ?? [];
    const socket = udpSocket(this.netns(name), { port });
    socket.on("message", (_, from) => {
      const answer = `${formatSocketAddress(address, port)} ${from.address}`;
      socket.send(answer, from.port, from.address);
    });
    this.#servers.push(socket);
  }

  #nodePlan(config: KubeProxyConfig): NetnsPlan {
    const hosts = [...attached];
    return {
      netns: this.#full("node01"),
      sysctls: { "net/ipv4/ip_forward": "1", ...nodeSysctls(config, "ipv4") },
      links: [
        { type: "existing", name: "lo" },
        ...hosts.map(([name]) => ({
          type: "veth" as const,
          name,
          peer: { name: "eth0", netns: this.#full(name) },
        })),
      ],
      addresses: [
        { device: "nowhere", address: cidr("192.168.0.16/32") },
        { device: "pod-a", address: cidr("10.244.1.1/32") },
      ],
      routes: [
        ...hosts.flatMap(([device, addresses]) =>
          addresses.map((address) => ({ to: cidr(`${address}/32`), device })),
        ),
        { via: ipAddress("192.0.2.1"), device: "nowhere", onlink: true },
      ],
    };
  }

  #hostPlan(name: string, addresses: readonly string[]): NetnsPlan {
    return {
      netns: this.#full(name),
      links: [{ type: "existing", name: "lo" }],
      addresses: addresses.map((address) => ({ device: "eth0", address: cidr(`${address}/32`) })),
      routes: [{ via: sampleNode.ip, device: "eth0", onlink: true }],
    };
  }

  #count(): void {
    this.#nft("nowhere", ["add", "table", "ip", "strays"]);
    const hook = "{ type filter hook prerouting priority 0 ; }";
    this.#nft("nowhere", ["add", "chain", "ip", "strays", "in", hook]);
  }

  #nft(name: string, args: readonly string[]): string {
    // In npm's folders another program has the name.
    const nft = findProgram("nft") ?? "nft";
    return this.netns(name).enter(() => execFileSync(nft, args, { encoding: "utf8" }));
  }
}

export class UdpFlow implements Disposable {
  readonly #socket: ReturnType<typeof udpSocket>;

  constructor(netns: Netns, from: string) {
    this.#socket = udpSocket(netns, { address: ipAddress(from) });
  }

  /** @throws AbortError when no answer comes. */
  async ask({ to, port, patienceMs = patientMs }: Omit<Question, "from">): Promise<Answer> {
    this.#socket.send("who are you", port, to);
    const signal = AbortSignal.timeout(patienceMs);
    const [text] = await once(this.#socket, "message", { signal });
    return parseAnswer(String(text));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function parseAnswer(text: string): Answer {
  const [server = "", sawClient = ""] = text.split(" ");
  return { server, sawClient };
}
