/**
 * A node as upstream's vectors have it, with every address that they speak of on a machine of its own:
 *
 *     10.0.0.2, 10.180.0.1, 203.0.113.2, …   each on a veth of the node
 *                  node 192.168.0.2, 192.168.99.11, and 192.168.1.2 towards every machine
 *     192.0.2.1                              nowhere: the default route ends there, and what arrives is counted
 *
 * In IPv6 the node is 2001:db8::1 and, towards every machine, 2001:db8:1::2.
 *
 * Every machine answers by TCP, UDP and, where the kernel has it, SCTP on the ports of the vectors' endpoints, with whom it was reached at and
 * whom it saw.
 */
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { KernelError } from "../../src/base/podwire-error.ts";
import type { KubeProxyConfig } from "../../src/components/kube-proxy/config/config.ts";
import { ipvsSysctls } from "../../src/components/kube-proxy/ipvs/ipvs-sysctls.ts";
import { splitIpvsText } from "../../src/components/kube-proxy/ipvs/text/ipvs-text.ts";
import { readIpvsRules } from "../../src/components/kube-proxy/ipvs/trace/read-rules.ts";
import { IPVS_DEVICE } from "../../src/components/kube-proxy/ipvs/wanted/bound-addresses.ts";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { ipvsIn } from "../../src/kernel/rules/ipvs.ts";
import { runRestore } from "../../src/kernel/rules/restore.ts";
import { iptablesRestore, nftApply } from "../../src/kernel/rules/rules.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { connectTcp, listenTcp, type StreamTransport } from "../../src/kernel/sockets/tcp.ts";
import { udpSocket } from "../../src/kernel/sockets/udp.ts";
import { type Cidr, cidr } from "../../src/net/cidr.ts";
import {
  formatSocketAddress,
  type IpAddress,
  type IpFamily,
  ipAddress,
} from "../../src/net/ip-address.ts";
import { addressAdd, addressDelete } from "../../src/wire/netlink/rtnetlink/address.ts";
import { patient } from "../patience.ts";

/** What is answered is waited for, however busy the machine is. */
const PATIENCE_MS = patient(20_000);
/** What is not, in vain. */
const IMPATIENCE_MS = 250;

interface Plan {
  readonly any: IpAddress;
  /** What masquerading gives, since it is the address of every device that leads to a machine. */
  readonly masqueraded: string;
  /** The node's others. */
  readonly own: readonly string[];
  /** Whom machines send to: in IPv6 one has to have the address on the very wire to be found there. */
  readonly gateway: string;
  readonly nowhere: string;
  /** Of a single address. */
  readonly bits: number;
  /** Everywhere. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly nodeSysctls: Readonly<Record<string, string>>;
}

const plans: Readonly<Record<IpFamily, Plan>> = {
  ipv4: {
    any: ipAddress("0.0.0.0"),
    masqueraded: "192.168.1.2",
    own: ["192.168.0.2", "192.168.99.11"],
    gateway: "192.168.0.2",
    nowhere: "192.0.2.1",
    bits: 32,
    sysctls: {},
    nodeSysctls: {
      "net/ipv4/ip_forward": "1",
      "net/ipv4/conf/all/route_localnet": "1",
      // Or one in a second is told to each client that it was rejected.
      "net/ipv4/icmp_ratelimit": "0",
      "net/ipv4/icmp_msgs_per_sec": "100000",
    },
  },
  ipv6: {
    any: ipAddress("::"),
    masqueraded: "2001:db8:1::2",
    own: ["2001:db8::1"],
    gateway: "2001:db8:1::2",
    nowhere: "3fff::1",
    bits: 128,
    // Or the addresses that devices give themselves, by which neighbours are found, could not be used for seconds.
    sysctls: { "net/ipv6/conf/default/accept_dad": "0" },
    nodeSysctls: { "net/ipv6/conf/all/forwarding": "1", "net/ipv6/icmp/ratelimit": "0" },
  },
};

export interface Question {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** Nobody will answer, it is said. */
  readonly isInVain: boolean;
}

export interface Answer {
  readonly server: string;
  readonly masqueraded: boolean;
}

/** A datagram was answered by an ICMP error. */
class IcmpError extends Error {}

/** Whether this kernel has SCTP. */
export function hasSctp(): boolean {
  using netns = Netns.create("sctp-or-not");
  try {
    const at = { address: ipAddress("0.0.0.0"), port: 1, transport: "sctp" } as const;
    listenTcp(netns, at, createServer()).close();
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.code === "KERNEL_EPROTONOSUPPORT") return false;
    throw error;
  }
}

export class CaseNode implements Disposable {
  readonly #netns = new Map<string, Netns>();
  readonly #byAddress = new Map<string, Netns>();
  readonly #closers: Array<() => void> = [];

  readonly #family: IpFamily;
  readonly #plan: Plan;
  readonly #withSctp: boolean = hasSctp();

  /** @param addresses of all machines, of the family. @param ports on which each answers. */
  constructor(family: IpFamily, addresses: readonly string[], ports: readonly number[]) {
    const plan = plans[family];
    this.#family = family;
    this.#plan = plan;
    const { nowhere, bits } = plan;
    const machines = [...addresses, nowhere].map((address, index) => ({
      address,
      name: address === nowhere ? "nowhere" : `m${index}`,
    }));
    const alone = (address: string): Cidr => cidr(`${address}/${bits}`);
    for (const name of ["node", ...machines.map((machine) => machine.name)]) {
      // By a name of its own in the kernel: other modes may be at it beside this one.
      this.#netns.set(name, Netns.create(`${name}-${process.pid}`));
    }
    for (const { name, address } of machines) this.#byAddress.set(address, this.#named(name));
    applyPlans(
      [
        {
          netns: "node",
          sysctls: { ...plan.sysctls, ...plan.nodeSysctls },
          links: [
            { type: "existing", name: "lo" },
            ...machines.map(({ name }) => ({
              type: "veth" as const,
              name,
              peer: { name: "eth0", netns: name },
            })),
          ],
          addresses: [
            ...machines.map(({ name }) => ({ device: name, address: alone(plan.masqueraded) })),
            ...plan.own.map((address) => ({ device: "nowhere", address: alone(address) })),
          ],
          routes: [
            ...machines.map(({ name, address }) => ({ to: alone(address), device: name })),
            { via: ipAddress(nowhere), device: "nowhere", onlink: true },
          ],
        },
        ...machines.map(({ name, address }) => ({
          netns: name,
          sysctls: plan.sysctls,
          links: [{ type: "existing" as const, name: "lo" }],
          addresses: [{ device: "eth0", address: alone(address) }],
          routes: [{ via: ipAddress(plan.gateway), device: "eth0", onlink: true }],
        })),
      ],
      this.#netns,
    );
    for (const { address } of machines) for (const port of ports) this.#answer(address, port);
    const hook = "{ type filter hook prerouting priority 0 ; }";
    this.#nft(["add", "table", "inet", "strays"]);
    this.#nft(["add", "chain", "inet", "strays", "in", hook]);
    // Neighbours are looked for, too: by ICMPv6.
    this.#nft(["add", "rule", "inet", "strays", "in", "meta l4proto { tcp, udp, sctp } counter"]);
  }

  /** In place of all that was there; `rules` are the text of a first sync. */
  async load(config: KubeProxyConfig, rules: string): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const node = this.#named("node");
    await nftApply(node, "flush ruleset\n");
    switch (config.mode) {
      case "iptables":
        return await iptablesRestore(node, rules, this.#family);
      case "ipvs":
        return await this.#loadIpvs(config, rules);
      default:
        return await nftApply(node, rules);
    }
  }

  /** Packets that no rule concerned and that found no machine. */
  strays(): number {
    const listing = this.#nft(["list", "table", "inet", "strays"]);
    return Number(/packets (\d+)/.exec(listing)?.[1] ?? 0);
  }

  /** A process of the node listens there while `work` lasts. */
  async listening<T>(port: number, work: () => Promise<T>): Promise<T> {
    const server = createServer((socket) => {
      const seen = socket.remoteAddress ?? "";
      socket.end(`${formatSocketAddress(socket.localAddress ?? "", port)} ${seen}`);
    });
    listenTcp(this.#named("node"), { address: this.#plan.any, port }, server);
    try {
      return await work();
    } finally {
      server.close();
    }
  }

  /** The node has this address, and no machine, until what is returned ends. */
  withAddress(text: string): Disposable {
    const netlink = Rtnetlink.of(this.#named("node"));
    const address = {
      index: netlink.index("nowhere") ?? 0,
      address: cidr(`${text}/${this.#plan.bits}`),
      scope: "global",
    } as const;
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const owner = this.#byAddress.get(text);
    this.#byAddress.delete(text);
    netlink.apply([addressAdd("nowhere", address)]);
    return {
      [Symbol.dispose]: () => {
        netlink.apply([addressDelete("nowhere", address)]);
        if (owner !== undefined) this.#byAddress.set(text, owner);
      },
    };
  }

  /** An answer, or why there is none: `unreachable`, `timed out`, `refused`. */
  async ask(question: Question): Promise<Answer | string> {
    try {
      const said = await (question.protocol === "UDP"
        ? this.#askUdp(question)
        : this.#askStream(question));
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

  /** Each part by its own program, as the text says; no rule asks the sets of the case before any more. */
  async #loadIpvs(config: KubeProxyConfig, text: string): Promise<void> {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const node = this.#named("node");
    const ipvs = ipvsIn(node, Rtnetlink.of(node));
    const { servers, sets, rules } = splitIpvsText(text);
    ipvs.bindAddresses(IPVS_DEVICE, {
      add: [],
      remove: ipvs.boundAddresses(IPVS_DEVICE) ?? [],
    });
    ipvs.bindAddresses(IPVS_DEVICE, { add: [...readIpvsRules(text).bound], remove: [] });
    await runRestore({
      netns: node,
      file: "ipvsadm",
      args: ["--restore"],
      input: lines(["-C", ...servers]),
    });
    ipvs.writeSysctls(ipvsSysctls(config));
    await ipvs.ipsetRestore(lines(["destroy", ...sets]));
    await iptablesRestore(node, lines(rules), this.#family);
  }

  readonly #askStream = async (question: Question): Promise<string> => {
    const { from, to, port, protocol, isInVain } = question;
    return await text(
      await connectTcp(this.#netnsOf(from), {
        transport: protocol === "SCTP" ? "sctp" : "tcp",
        to: { address: ipAddress(to), port },
        from: { address: ipAddress(from) },
        timeoutMs: isInVain ? IMPATIENCE_MS : PATIENCE_MS,
        signal: new AbortController().signal,
      }),
    );
  };

  readonly #askUdp = async ({ from, to, port, isInVain }: Question): Promise<string> => {
    const told = new AbortController();
    const address = ipAddress(from);
    const onIcmpError = (): void => told.abort(new IcmpError());
    const socket = udpSocket(this.#netnsOf(from), { address, onIcmpError });
    // Node tells of the same ICMP error, too.
    socket.on("error", onIcmpError);
    try {
      const patience = AbortSignal.timeout(isInVain ? IMPATIENCE_MS : PATIENCE_MS);
      const signal = AbortSignal.any([told.signal, patience]);
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
    const answerStreams = (transport: StreamTransport): void => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.write(`${me} ${socket.remoteAddress}`);
        // Of SCTP no end of the client's comes any more: both sides end together.
        socket.destroySoon();
      });
      listenTcp(netns, { address: this.#plan.any, port, transport }, server);
      this.#closers.push(() => void server.close());
    };
    answerStreams("tcp");
    if (this.#withSctp) answerStreams("sctp");
    const socket = udpSocket(netns, { address: this.#plan.any, port });
    socket.on("message", (_, client) =>
      socket.send(`${me} ${client.address}`, client.port, client.address),
    );
    this.#closers.push(() => void socket.close());
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

function lines(texts: readonly string[]): string {
  return texts.map((each) => `${each}\n`).join("");
}
