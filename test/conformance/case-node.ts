/**
 * A node as upstream's vectors have it, with every address that they speak of on a machine of its own:
 *
 *     10.0.0.2, 10.180.0.1, 203.0.113.2, …   each on a veth of the node
 *                  node 192.168.0.2, 192.168.99.11, and 192.168.1.2 towards every machine
 *     192.0.2.1                              nowhere: the default route ends there, and what arrives is counted
 *
 * Every machine answers by TCP and UDP on the ports of the vectors' endpoints, with whom it was reached at and
 * whom it saw.
 */
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { applyPlans } from "../../src/kernel/apply-plan.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { findProgram } from "../../src/kernel/programs.ts";
import { iptablesRestore, nftApply } from "../../src/kernel/rules.ts";
import { SocketError } from "../../src/kernel/socket-error.ts";
import { connectTcp, listenTcp } from "../../src/kernel/socket-tcp.ts";
import { udpSocket } from "../../src/kernel/socket-udp.ts";
import { cidr } from "../../src/net/cidr.ts";
import { formatSocketAddress, ipAddress } from "../../src/net/ip-address.ts";

const any = ipAddress("0.0.0.0");
/** What masquerading gives, since it is the address of every device that leads to a machine. */
const MASQUERADED = "192.168.1.2";
const PRIMARY = "192.168.0.2";
const PATIENCE_MS = 250;

export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

export interface Answer {
  readonly server: string;
  readonly masqueraded: boolean;
}

/** A datagram was answered by an ICMP error. */
class IcmpError extends Error {}

export class CaseNode implements Disposable {
  readonly #netns = new Map<string, Netns>();
  readonly #byAddress = new Map<string, Netns>();
  readonly #closers: Array<() => void> = [];

  /** @param addresses of all machines. @param ports on which each answers. */
  constructor(addresses: readonly string[], ports: readonly number[]) {
    const machines = [...addresses, "192.0.2.1"].map((address, index) => ({
      address,
      name: address === "192.0.2.1" ? "nowhere" : `m${index}`,
    }));
    for (const name of ["node", ...machines.map((machine) => machine.name)]) {
      this.#netns.set(name, Netns.create(name));
    }
    for (const { name, address } of machines) this.#byAddress.set(address, this.#named(name));
    applyPlans(
      [
        {
          netns: "node",
          sysctls: {
            "net/ipv4/ip_forward": "1",
            "net/ipv4/conf/all/route_localnet": "1",
            // Or one in a second is told to each client that it was rejected.
            "net/ipv4/icmp_ratelimit": "0",
            "net/ipv4/icmp_msgs_per_sec": "100000",
          },
          links: [
            { type: "existing", name: "lo" },
            ...machines.map(({ name }) => ({
              type: "veth" as const,
              name,
              peer: { name: "eth0", netns: name },
            })),
          ],
          addresses: [
            ...machines.map(({ name }) => ({ device: name, address: cidr(`${MASQUERADED}/32`) })),
            { device: "nowhere", address: cidr(`${PRIMARY}/32`) },
            { device: "nowhere", address: cidr("192.168.99.11/32") },
          ],
          routes: [
            ...machines.map(({ name, address }) => ({ to: cidr(`${address}/32`), device: name })),
            { via: ipAddress("192.0.2.1"), device: "nowhere", onlink: true },
          ],
        },
        ...machines.map(({ name, address }) => ({
          netns: name,
          links: [{ type: "existing" as const, name: "lo" }],
          addresses: [{ device: "eth0", address: cidr(`${address}/32`) }],
          routes: [{ via: ipAddress(PRIMARY), device: "eth0", onlink: true }],
        })),
      ],
      this.#netns,
    );
    for (const { address } of machines) for (const port of ports) this.#answer(address, port);
    const hook = "{ type filter hook prerouting priority 0 ; }";
    this.#nft(["add", "table", "ip", "strays"]);
    this.#nft(["add", "chain", "ip", "strays", "in", hook]);
    this.#nft(["add", "rule", "ip", "strays", "in", "counter"]);
  }

  /** In place of all that was there. */
  async load(mode: "iptables" | "nftables", rules: string): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const node = this.#named("node");
    await nftApply(node, "flush ruleset\n");
    await (mode === "iptables" ? iptablesRestore(node, rules) : nftApply(node, rules));
  }

  /** Packets that no rule concerned and that found no machine. */
  strays(): number {
    const listing = this.#nft(["list", "table", "ip", "strays"]);
    return Number(/packets (\d+)/.exec(listing)?.[1] ?? 0);
  }

  /** A process of the node listens there while `work` lasts. */
  async listening<T>(port: number, work: () => Promise<T>): Promise<T> {
    const server = createServer((socket) => {
      const seen = socket.remoteAddress ?? "";
      socket.end(`${formatSocketAddress(socket.localAddress ?? "", port)} ${seen}`);
    });
    listenTcp(this.#named("node"), { address: any, port }, server);
    try {
      return await work();
    } finally {
      server.close();
    }
  }

  /** An answer, or why there is none: `unreachable`, `timed out`, `refused`. */
  async ask(question: Question): Promise<Answer | string> {
    try {
      const said = await (question.protocol === "UDP" ? this.#askUdp : this.#askTcp)(question);
      const [server = "", seen = ""] = said.split(" ");
      return { server, masqueraded: seen !== question.from };
    } catch (error) {
      if (error instanceof SocketError) return error.reason;
      if (error instanceof IcmpError) return "unreachable";
      if (error instanceof Error && error.name === "TimeoutError") return "timed out";
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const close of this.#closers) close();
    for (const netns of this.#netns.values()) netns[Symbol.dispose]();
  }

  readonly #askTcp = async ({ from, to, port }: Question): Promise<string> =>
    text(
      await connectTcp(this.#netnsOf(from), {
        to: { address: ipAddress(to), port },
        from: { address: ipAddress(from) },
        timeoutMs: PATIENCE_MS,
        signal: new AbortController().signal,
      }),
    );

  readonly #askUdp = async ({ from, to, port }: Question): Promise<string> => {
    const told = new AbortController();
    const address = ipAddress(from);
    const onIcmpError = (): void => told.abort(new IcmpError());
    const socket = udpSocket(this.#netnsOf(from), { address, onIcmpError });
    // Node tells of the same ICMP error, too.
    socket.on("error", onIcmpError);
    try {
      const signal = AbortSignal.any([told.signal, AbortSignal.timeout(PATIENCE_MS * 4)]);
      const answer = new Promise<string>((resolve, reject) => {
        socket.once("message", (message) => resolve(String(message)));
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      socket.send("who are you", port, to);
      return await answer;
    } finally {
      socket.close();
    }
  };

  #answer(address: string, port: number): void {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const netns = this.#netnsOf(address);
    const me = formatSocketAddress(address, port);
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end(`${me} ${socket.remoteAddress}`);
    });
    listenTcp(netns, { address: any, port }, server);
    const socket = udpSocket(netns, { port });
    socket.on("message", (_, client) =>
      socket.send(`${me} ${client.address}`, client.port, client.address),
    );
    this.#closers.push(
      () => void server.close(),
      () => void socket.close(),
    );
  }

  /** What is no machine's is the node's own. */
  #netnsOf(address: string): Netns {
    return this.#byAddress.get(address) ?? this.#named("node");
  }

  #named(name: string): Netns {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const netns = this.#netns.get(name);
    if (netns === undefined) throw new RangeError(`there is no netns ${name}`);
    return netns;
  }

  #nft(args: readonly string[]): string {
    const nft = findProgram("nft") ?? "nft";
    return this.#named("nowhere").enter(() => execFileSync(nft, args, { encoding: "utf8" }));
  }
}
