/** ICMP echo from inside a netns, through icmp(7)'s ping sockets: ping and traceroute without a process. */
import { setMaxListeners } from "node:events";
import { KernelError } from "../../base/podwire-error.ts";
import { familyOf, type IpAddress, type IpFamily } from "../../net/ip-address.ts";
import { decodeEcho, encodeEchoRequest } from "../../wire/socket/icmp-echo.ts";
import { decodeSocketAddress, encodeSocketAddress } from "../../wire/socket/socket-address.ts";
import { EMSGSIZE } from "../errno.ts";
import { closeDescriptor } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { openPingSocket, PING_OPTIONS } from "./open-ping-socket.ts";
import { realtimeNs } from "./realtime.ts";
import { receiveMessage } from "./receive-message.ts";
import { sendTo, setOption } from "./socket.ts";
import { readErrorQueue, SocketError, socketError } from "./socket-error.ts";
import { SocketReadiness } from "./socket-readiness.ts";

/** What ping(8) sends. */
const USUAL_SIZE_BYTES = 56;
const SEQUENCES = 0x1_0000;

/** IP_PMTUDISC_*: fragment what is too big, or set DF and refuse it. */
const PMTUDISC_DONT = 0;
const PMTUDISC_DO = 2;
/** The netns's own default. */
const DEFAULT_TTL = -1;

export interface EchoOptions {
  readonly to: IpAddress;
  /** Bytes after the ICMP header; 56 unless given. */
  readonly sizeBytes?: number;
  /** The netns's default, 64, unless given. */
  readonly ttl?: number;
  /** A packet too big for the path is refused, not cut. */
  readonly dontFragment?: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What came of one echo request. */
export type EchoOutcome =
  | {
      readonly type: "reply";
      readonly from: IpAddress;
      /** As it arrived: undefined when the kernel did not say. */
      readonly ttl: number | undefined;
      /** From just before it was sent to when the kernel received the reply. */
      readonly rttMs: number;
    }
  | {
      readonly type: "failure";
      /** Its `icmp.from` is the hop, for `time exceeded`. */
      readonly error: SocketError;
      readonly rttMs: number;
    };

interface Pending {
  readonly operation: string;
  readonly sentNs: bigint;
  readonly settle: (outcome: EchoOutcome) => void;
}

/**
 * Sends echo requests, any number at a time, and tells the outcome of each. Dispose it, or the event
 * loop keeps waiting; echoes that are under way then never settle, so await them first.
 */
export class PingSocket implements Disposable {
  readonly #fd: number;
  readonly #family: IpFamily;
  readonly #netnsName: string;
  readonly #readiness: SocketReadiness;
  readonly #pendingBySequence = new Map<number, Pending>();
  #sequence = 0;
  #disposed = false;

  private constructor(fd: number, family: IpFamily, netnsName: string) {
    this.#fd = fd;
    this.#family = family;
    this.#netnsName = netnsName;
    this.#readiness = new SocketReadiness(fd, "readable", () => this.#receive());
  }

  /** `from` is our own address, if the routes are not to choose it. @throws KernelError EADDRNOTAVAIL */
  static open(netns: Netns, family: IpFamily, from?: IpAddress): PingSocket {
    return new PingSocket(openPingSocket(netns, family, from), family, netns.name);
  }

  /**
   * Sends one and waits. It resolves whatever comes of it; what the kernel refuses to send is a failure too.
   *
   * @throws the signal's reason when it aborts; RangeError when `to` is of the other family.
   */
  async echo(options: EchoOptions): Promise<EchoOutcome> {
    const { to, timeoutMs, signal } = options;
    signal.throwIfAborted();
    if (familyOf(to) !== this.#family) throw new RangeError(`${to} is not of ${this.#family}`);
    const operation = `ping ${to} from netns ${this.#netnsName}`;
    const sequence = this.#nextSequence();
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        this.#pendingBySequence.delete(sequence);
      };
      const settle = (outcome: EchoOutcome): void => {
        finish();
        resolve(outcome);
      };
      const abort = (): void => {
        finish();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        settle({
          type: "failure",
          error: new SocketError(operation, "timed out"),
          rttMs: timeoutMs,
        });
      }, timeoutMs);
      // One signal may end many echoes at once.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", abort);
      this.#pendingBySequence.set(sequence, { operation, sentNs: realtimeNs(), settle });
      this.#send(operation, sequence, options);
    });
  }

  /** Safe to call twice. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#readiness[Symbol.dispose]();
    closeDescriptor(this.#fd);
  }

  #send(operation: string, sequence: number, options: EchoOptions): void {
    const { to, sizeBytes = USUAL_SIZE_BYTES, ttl = DEFAULT_TTL, dontFragment = false } = options;
    const names = PING_OPTIONS[this.#family];
    setOption(operation, this.#fd, names.ttl, ttl);
    setOption(operation, this.#fd, names.pathMtu, dontFragment ? PMTUDISC_DO : PMTUDISC_DONT);
    const request = encodeEchoRequest(this.#family, { sequence, data: new Uint8Array(sizeBytes) });
    const address = encodeSocketAddress({ address: to, port: 0 });
    const send = (): number => sendTo(this.#fd, request, address);
    let result = send();
    // An error that an earlier echo met can be told by this call: look who it was for, and send again.
    if (result < 0 && this.#receiveErrors() > 0) result = send();
    if (result >= 0) return;
    const error = new SocketError(operation, result === -EMSGSIZE ? "too big" : "not sent", {
      errno: -result,
    });
    this.#pendingBySequence.get(sequence)?.settle({ type: "failure", error, rttMs: 0 });
  }

  #receive(): void {
    this.#receiveErrors();
    while (!this.#disposed) {
      const message = this.#receiveReply();
      if (message === undefined) return;
      const pending = this.#pendingBySequence.get(decodeEcho(message.payload).sequence);
      const from = decodeSocketAddress(message.from)?.address;
      if (pending === undefined || from === undefined) continue;
      const { timestampNs, ttl } = message.control;
      pending.settle({ type: "reply", from, ttl, rttMs: elapsedMs(pending, timestampNs) });
    }
  }

  #receiveReply(): ReturnType<typeof receiveMessage> {
    try {
      return receiveMessage(`receive in netns ${this.#netnsName}`, this.#fd);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      // The error of one echo, told a second time, without saying which: the error queue has it.
      this.#receiveErrors();
      return receiveMessage(`receive in netns ${this.#netnsName}`, this.#fd);
    }
  }

  /** How many there were. */
  #receiveErrors(): number {
    // Without ICMP it is our own refusal to send, which `sendTo` tells as well, and quotes nothing.
    const errors = readErrorQueue(this.#fd).filter(({ icmp }) => icmp !== undefined);
    for (const error of errors) {
      const pending = this.#pendingBySequence.get(decodeEcho(error.payload).sequence);
      pending?.settle({
        type: "failure",
        error: socketError(pending.operation, error),
        rttMs: elapsedMs(pending, error.timestampNs),
      });
    }
    return errors.length;
  }

  /** One that is not under way; there are 65,536. */
  #nextSequence(): number {
    do this.#sequence = (this.#sequence + 1) % SEQUENCES;
    while (this.#pendingBySequence.has(this.#sequence));
    return this.#sequence;
  }
}

/** Not below zero: somebody may set that clock. */
function elapsedMs({ sentNs }: Pending, receivedNs: bigint | undefined): number {
  return Math.max(0, Number((receivedNs ?? realtimeNs()) - sentNs) / 1e6);
}
