/**
 * A capture on several interfaces at once: one tcpdump each, their packets put
 * in the order of their times. The kernel stamps them all by one clock.
 */
import { CleanupStack } from "../base/cleanup-stack.ts";
import type { Netns } from "../kernel/netns.ts";
import { startTcpdump, type Tcpdump } from "../kernel/tcpdump/tcpdump.ts";
import type { CapturedPacket } from "./captured-packet.ts";

export interface CapturePoint {
  readonly netns: Netns;
  readonly device: string;
  /** As in the pcapng and in `frame.interface_name`: `node01:eth0`. */
  readonly interfaceName: string;
}

export interface CaptureOptions {
  /** pcap-filter(7). */
  readonly captureFilter?: string | undefined;
  readonly signal: AbortSignal;
}

type Listener = (packet: CapturedPacket) => void;

export class Capture implements AsyncDisposable {
  readonly interfaces: readonly string[];
  readonly #tcpdumps: readonly Tcpdump[];
  readonly #cleanup: CleanupStack;
  readonly #packets: CapturedPacket[];
  readonly #listeners: Set<Listener>;

  private constructor(running: Running, cleanup: CleanupStack, interfaces: readonly string[]) {
    this.interfaces = interfaces;
    this.#tcpdumps = running.tcpdumps;
    this.#packets = running.packets;
    this.#listeners = running.listeners;
    this.#cleanup = cleanup;
  }

  /**
   * Resolves when every interface is listened to: no packet sent after that is missed.
   *
   * @throws KernelError ENODEV, ProgramError for a bad filter; nothing is left running when it does.
   */
  static async start(points: readonly CapturePoint[], options: CaptureOptions): Promise<Capture> {
    await using building = new CleanupStack();
    const packets: CapturedPacket[] = [];
    const listeners = new Set<Listener>();
    const starting = points.map(async ({ netns, device, interfaceName }) => {
      const early: Array<Omit<CapturedPacket, "interfaceName" | "linkType">> = [];
      let deliver = (packet: (typeof early)[number]): void => void early.push(packet);
      const tcpdump = await startTcpdump(netns, device, {
        filter: options.captureFilter,
        signal: options.signal,
        onPacket: (packet) => deliver(packet),
      });
      building.use(tcpdump);
      const { linkType } = tcpdump;
      deliver = ({ timestampNs, originalLength, data }) => {
        const packet = { interfaceName, linkType, timestampNs, originalLength, data };
        packets.push(packet);
        for (const listener of listeners) listener(packet);
      };
      // What came while tcpdump was being proved to listen.
      for (const packet of early) deliver(packet);
      return tcpdump;
    });
    // All of them, so that one that fails leaves none behind that is still starting.
    const outcomes = await Promise.allSettled(starting);
    const tcpdumps = outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    });
    const interfaces = points.map(({ interfaceName }) => interfaceName);
    return new Capture({ tcpdumps, packets, listeners }, building.move(), interfaces);
  }

  /** All so far, by time. Drained first: what an interface had carried before the call is there. */
  async packets(): Promise<readonly CapturedPacket[]> {
    await Promise.all(this.#tcpdumps.map((tcpdump) => tcpdump.drain()));
    return [...this.#packets].sort(byTime);
  }

  /** Calls back for what was captured and what will be; returns what ends that. */
  follow(listener: Listener): () => void {
    for (const packet of this.#packets) listener(packet);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Drains, ends every tcpdump and returns all packets, by time.
   *
   * @throws ProgramError when the kernel dropped packets.
   */
  async stop(): Promise<readonly CapturedPacket[]> {
    await Promise.all(this.#tcpdumps.map((tcpdump) => tcpdump.stop()));
    return [...this.#packets].sort(byTime);
  }

  /** Ends it as it is; safe to call twice, and after {@link stop}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup[Symbol.asyncDispose]();
  }
}

/** What a running capture can do, whoever does it. */
export type RunningCapture = Pick<Capture, keyof Capture>;

interface Running {
  readonly tcpdumps: readonly Tcpdump[];
  readonly packets: CapturedPacket[];
  readonly listeners: Set<Listener>;
}

export function byTime(a: CapturedPacket, b: CapturedPacket): number {
  return a.timestampNs < b.timestampNs ? -1 : a.timestampNs > b.timestampNs ? 1 : 0;
}
