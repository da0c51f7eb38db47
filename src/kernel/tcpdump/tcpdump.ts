/**
 * Live capture on one device by a real tcpdump, whose completeness is proved: when
 * {@link startTcpdump} resolves it is listening, when `drain` resolves all that the
 * device had carried by then has been delivered, and when `stop` resolves the kernel has dropped nothing.
 */
import { setMaxListeners } from "node:events";
import { ProgramError } from "../../base/podwire-error.ts";
import type { PcapRecord } from "../../wire/pcap/pcap-reader.ts";
import type { Netns } from "../netns.ts";
import { MARKER_SNAP_LENGTH, MarkerSender, markerNonce } from "./capture-marker.ts";
import { TcpdumpProcess } from "./tcpdump-process.ts";

/** A whole packet before segmentation, with its header. Buffer space is set aside for each packet by this length. */
const DEFAULT_SNAP_LENGTH = 65_550;
/** Room for 128 packets of that length, or for thousands where offloads are off: then libpcap goes by the MTU. */
const DEFAULT_BUFFER_KIB = 8192;
/** A marker takes about a millisecond; one that takes longer may have been lost on an impaired link. */
const MARKER_PATIENCE_MS = 100;
const DRAIN_TIMEOUT_MS = 10_000;

/** One packet, as PcapRecord has it. */
export type CapturedPacket = Pick<PcapRecord, "timestampNs" | "originalLength" | "data">;

export interface TcpdumpOptions {
  /** In pcap-filter(7) syntax; the kernel applies it. */
  readonly filter?: string | undefined;
  /** How many bytes of each packet to keep; all of them unless given. */
  readonly snapLength?: number | undefined;
  /** Memory in which packets wait for tcpdump, in KiB; 8192 unless given. */
  readonly bufferKiB?: number | undefined;
  /** Called for every packet, in the order in which the device carried them. */
  readonly onPacket: (packet: CapturedPacket) => void;
  /** Ends the start. A capture that has started is ended by `stop`, or by disposing it. */
  readonly signal?: AbortSignal | undefined;
}

export interface CaptureCounts {
  readonly delivered: number;
  /** Always 0: otherwise `stop` throws. */
  readonly droppedByKernel: number;
}

/**
 * Equivalent to: `ip netns exec $netns tcpdump -i $device -w - -U --immediate-mode
 * --time-stamp-precision nano -n $filter`
 *
 * @throws ProgramError with tcpdump's own message, such as a filter's syntax; KernelError
 *   ENODEV when there is no such device; HostError when there is no tcpdump.
 */
export async function startTcpdump(
  netns: Netns,
  device: string,
  options: TcpdumpOptions,
): Promise<Tcpdump> {
  options.signal?.throwIfAborted();
  const capture = new Tcpdump(netns, device, options);
  const abort = (): void => {
    capture[Symbol.asyncDispose]().catch(() => undefined);
  };
  // One signal may end the start on many devices at once.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  options.signal?.addEventListener("abort", abort);
  try {
    await capture.started();
    options.signal?.throwIfAborted();
    return capture;
  } catch (error) {
    await capture[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** A running capture. Disposing it ends it as it is; `stop` ends it in good order. */
export class Tcpdump implements AsyncDisposable {
  readonly device: string;
  readonly #netns: Netns;
  readonly #options: TcpdumpOptions;
  readonly #process: TcpdumpProcess;
  readonly #markers: MarkerSender;
  /** Nonces of markers that a drain waits for. */
  readonly #awaited = new Set<string>();
  /** Packets that the kernel has counted and tcpdump will not write: those that came between its opening of the device and its filter. */
  #unwritten = 0;
  #delivered = 0;
  #disposed = false;

  /** Use {@link startTcpdump}. */
  constructor(netns: Netns, device: string, options: TcpdumpOptions) {
    this.device = device;
    this.#netns = netns;
    this.#options = options;
    this.#markers = new MarkerSender(netns, device);
    const args = tcpdumpArguments(device, options, this.#markers.filterClause);
    this.#process = new TcpdumpProcess({ netns, device }, args, (record) => this.#take(record));
  }

  /** LINKTYPE_* of the packets: 1 Ethernet, 101 none. */
  get linkType(): number {
    const { linkType } = this.#process;
    if (linkType === undefined) throw new Error(`capture on ${this.device} has not started`);
    return linkType;
  }

  /** Resolves when tcpdump has ended: stopped, or because its device is gone. Never rejects. */
  get ended(): Promise<void> {
    return this.#process.ended;
  }

  /** Resolves when it is listening. */
  async started(): Promise<void> {
    await this.#process.wait(() => this.#process.isListening);
    this.#process.check();
    await this.drain();
    if (this.#options.filter === undefined || this.#process.hasEnded) return;
    await this.#process.requestCounts();
    this.#unwritten = this.#imbalance();
  }

  /**
   * Resolves when every packet that the device had carried before the call has been delivered.
   *
   * It sends a marker over the device and waits until it has come out. Where none comes out, because the
   * device is down or loses what it is given, tcpdump's books decide: how many packets the kernel has
   * handed over, and how many have come out.
   *
   * @throws ProgramError when tcpdump has failed, or is still behind after ten seconds.
   */
  async drain(): Promise<void> {
    const sent = new Set<string>();
    const deadline = performance.now() + DRAIN_TIMEOUT_MS;
    try {
      while (performance.now() < deadline) {
        if ((await this.#isMarkedOut(sent)) || (await this.#isBalanced(sent))) return;
        this.#process.check();
        // Its device is gone: nothing more can come.
        if (this.#process.hasEnded) return;
      }
    } finally {
      for (const nonce of sent) this.#awaited.delete(nonce);
    }
    throw this.#failure(`still behind after ${DRAIN_TIMEOUT_MS} ms`);
  }

  /**
   * Drains, ends tcpdump and returns the counts.
   *
   * @throws ProgramError when the kernel dropped packets, or tcpdump has failed.
   */
  async stop(): Promise<CaptureCounts> {
    try {
      await this.drain();
      await this.#process.interrupt();
      this.#process.check();
    } finally {
      await this[Symbol.asyncDispose]();
    }
    const { dropped } = this.#process.counts;
    if (dropped > 0) throw this.#failure(`the kernel dropped ${dropped} packets`);
    return { delivered: this.#delivered, droppedByKernel: dropped };
  }

  /** Safe to call twice, and after `stop`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#disposed) this.#markers[Symbol.dispose]();
    this.#disposed = true;
    await this.#process[Symbol.asyncDispose]();
  }

  #take(record: PcapRecord): void {
    const nonce = markerNonce(record.data);
    if (nonce !== undefined) {
      this.#awaited.delete(nonce);
      return;
    }
    this.#delivered++;
    this.#options.onPacket(cut(record, this.#options.snapLength));
  }

  /** Sends one more marker. True when any of those sent has come out. */
  async #isMarkedOut(sent: Set<string>): Promise<boolean> {
    const nonce = this.#disposed ? undefined : this.#markers.send();
    if (nonce === undefined) return false;
    sent.add(nonce);
    this.#awaited.add(nonce);
    return this.#process.wait(() => this.#anyOut(sent), MARKER_PATIENCE_MS);
  }

  /**
   * True when as many packets have come out as the kernel had handed over at the time of the call. Never true of `lo`, where
   * the kernel counts every packet twice; but `lo` loses no marker.
   */
  async #isBalanced(sent: ReadonlySet<string>): Promise<boolean> {
    if (!(await this.#process.requestCounts())) return false;
    // Under traffic the first look may have taken for lost what was only late.
    this.#unwritten = Math.min(this.#unwritten, this.#imbalance());
    const { received, dropped } = this.#process.counts;
    const expected = received - dropped - this.#unwritten;
    const isOut = (): boolean => this.#process.records >= expected || this.#anyOut(sent);
    return this.#process.wait(isOut, MARKER_PATIENCE_MS);
  }

  #anyOut(sent: ReadonlySet<string>): boolean {
    return [...sent].some((nonce) => !this.#awaited.has(nonce));
  }

  #imbalance(): number {
    const { captured, received, dropped } = this.#process.counts;
    return received - dropped - captured;
  }

  #failure(what: string): ProgramError {
    const where = `capture on ${this.device} in netns ${this.#netns.name}`;
    return new ProgramError(`${where}: ${what}`, {
      hint: "capture less: a narrower filter, a smaller snap length; or give it a larger buffer",
    });
  }
}

function tcpdumpArguments(
  device: string,
  { filter, snapLength = DEFAULT_SNAP_LENGTH, bufferKiB = DEFAULT_BUFFER_KIB }: TcpdumpOptions,
  markers: string,
): readonly string[] {
  return [
    ...["-i", device, "-n", "-w", "-", "-U"],
    ...["--immediate-mode", "--time-stamp-precision", "nano"],
    ...["-s", String(Math.max(snapLength, MARKER_SNAP_LENGTH)), "-B", String(bufferKiB)],
    // As root it would become its own user, who may not write to our pipe everywhere.
    ...(process.getuid?.() === 0 ? ["-Z", "root"] : []),
    // Markers first: `vlan` and the like change what stands after them in a filter.
    ...(filter === undefined ? [] : [`(${markers}) or (${filter})`]),
  ];
}

/** Markers need more than the caller may want. */
function cut(record: PcapRecord, snapLength: number | undefined): CapturedPacket {
  if (snapLength === undefined || record.data.byteLength <= snapLength) return record;
  const { timestampNs, originalLength } = record;
  return { timestampNs, originalLength, data: record.data.subarray(0, snapLength) };
}
