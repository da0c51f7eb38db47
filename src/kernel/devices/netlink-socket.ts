/**
 * A netlink socket of one netns. The kernel works on a request inside the
 * system call that sends it, so its answers are there when `send` returns, and
 * everything here is synchronous.
 */
import type { KernelError } from "../../base/podwire-error.ts";
import { decodeAcknowledgement } from "../../wire/netlink/acknowledgement.ts";
import {
  decodeMessages,
  encodeMessages,
  type NetlinkMessage,
  type NetlinkRequest,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from "../../wire/netlink/message.ts";
import { EINTR, ENOBUFS } from "../errno.ts";
import { closeDescriptor, kernelError, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
/** NETLINK_ROUTE and NETLINK_GENERIC of linux/netlink.h. */
const PROTOCOLS = { route: 0, generic: 16 } as const;
const SOL_NETLINK = 270;
const MSG_DONTWAIT = 0x40;

/** Options of linux/netlink.h. An older kernel may lack one; then its errors say less. */
const OPTIONS = [
  // An error does not repeat the request.
  10, // NETLINK_CAP_ACK
  11, // NETLINK_EXT_ACK
  12, // NETLINK_GET_STRICT_CHK
];

/**
 * Messages in one `send`. Each that fails is answered at once, and the answers, a kilobyte of kernel memory
 * apiece, must fit into the socket's receive buffer, of 212,992 bytes unless the host says otherwise.
 */
const BATCH_MESSAGES = 128;
/** Bytes of payload in one `send`; its limit is the send buffer, of 212,992 bytes likewise. */
const BATCH_BYTES = 32_768;
/** The kernel fills at most 32 KiB of it. */
const RECEIVE_BYTES = 65_536;
/** A dump is interrupted when something changes meanwhile; in a busy lab that may happen a few times. */
const DUMP_ATTEMPTS = 20;

const socket = libcFunction<[domain: number, type: number, protocol: number]>(
  "int socket(int domain, int type, int protocol)",
);
const setsockopt = libcFunction<
  [fd: number, level: number, name: number, value: Uint8Array, length: number]
>("int setsockopt(int fd, int level, int name, const void *value, uint length)");
const send = libcFunction<[fd: number, buffer: Uint8Array, length: number, flags: number]>(
  "long send(int fd, const void *buffer, size_t length, int flags)",
);
const recv = libcFunction<[fd: number, buffer: Uint8Array, length: number, flags: number]>(
  "long recv(int fd, void *buffer, size_t length, int flags)",
);

/** Of one `send`. */
interface Outcome {
  readonly answers: ReadonlyArray<Uint8Array | undefined>;
  /** Of the first request that failed. */
  readonly failure: KernelError | undefined;
}

/** Shared by all sockets: nothing is awaited between a receive and the last look at what it brought. */
const received = new Uint8Array(RECEIVE_BYTES);

export class NetlinkSocket implements Disposable {
  /** The name of its netns, for errors. */
  readonly netnsName: string;
  #fd: number;
  #sequence = 0;

  /** Stays ours; {@link DeviceSocket} makes use of it. */
  get fd(): number {
    return this.#fd;
  }

  /** Opens the descriptor; its owner is the new object. */
  constructor(netns: Netns, protocol: keyof typeof PROTOCOLS = "route") {
    const operation = `open a netlink socket in netns ${netns.name}`;
    this.netnsName = netns.name;
    this.#fd = netns.enter(() =>
      socket(operation, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, PROTOCOLS[protocol]),
    );
    for (const option of OPTIONS) {
      setsockopt.raw(this.#fd, SOL_NETLINK, option, Uint8Array.of(1, 0, 0, 0), 4);
    }
  }

  /**
   * Sends all requests, as many as possible at a time, in their order, and returns the answer
   * of each; undefined for one that changes something, and so has no answer but success.
   *
   * After a request that fails the others are done nevertheless.
   *
   * @throws KernelError of the first that failed, `RTM_NEWLINK veth0 in netns node01: EEXIST (…)`.
   *   Those that failed after it, most often because of it, are not reported.
   */
  request(requests: readonly NetlinkRequest[]): Array<Uint8Array | undefined> {
    const outcomes = Array.from(batches(requests), (batch) => this.#exchange(batch));
    const failed = outcomes.find(({ failure }) => failure !== undefined);
    if (failed?.failure !== undefined) throw failed.failure;
    return outcomes.flatMap(({ answers }) => answers);
  }

  /**
   * The answers to a request with NLM_F_DUMP, all from one moment: an interrupted dump is repeated.
   *
   * @throws KernelError EINTR when it is interrupted every time.
   */
  dump(request: NetlinkRequest): Uint8Array[] {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const answers = this.#dumpOnce(request);
      if (answers !== undefined) return answers;
    }
    throw kernelError(`${request.operation} in netns ${this.netnsName}`, EINTR);
  }

  /** Safe to call twice. */
  [Symbol.dispose](): void {
    if (this.#fd === -1) return;
    closeDescriptor(this.#fd);
    this.#fd = -1;
  }

  /** One `send`. Only its last request asks for an ack: whatever fails is answered anyway. */
  #exchange(batch: readonly NetlinkRequest[]): Outcome {
    const first = this.#sequence + 1;
    const answers: Array<Uint8Array | undefined> = batch.map(() => undefined);
    let failure: KernelError | undefined;
    this.#send(batch, (index) => (index === batch.length - 1 ? NLM_F_ACK : 0));
    for (;;) {
      for (const message of this.#receive()) {
        const index = message.sequence - first;
        const request = batch[index];
        // An answer to nothing that this call sent: left by one that threw half-way.
        if (request === undefined) continue;
        if (message.type !== NLMSG_ERROR) {
          answers[index] = message.payload.slice();
          continue;
        }
        failure ??= this.#failure(message, request);
        if (index === batch.length - 1) return { answers, failure };
      }
    }
  }

  /** Undefined when it was interrupted. */
  #dumpOnce(request: NetlinkRequest): Uint8Array[] | undefined {
    this.#send([request], () => 0);
    const answers: Uint8Array[] = [];
    let interrupted = false;
    for (;;) {
      for (const message of this.#receive()) {
        if (message.sequence !== this.#sequence) continue;
        interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
        if (this.#isEnd(message, request)) return interrupted ? undefined : answers;
        answers.push(message.payload.slice());
      }
    }
  }

  #isEnd(message: NetlinkMessage, request: NetlinkRequest): boolean {
    if (message.type !== NLMSG_DONE && message.type !== NLMSG_ERROR) return false;
    const failure = this.#failure(message, request);
    if (failure !== undefined) throw failure;
    return true;
  }

  /** What an NLMSG_ERROR or NLMSG_DONE says; undefined when that is success. */
  #failure(message: NetlinkMessage, { operation }: NetlinkRequest): KernelError | undefined {
    const { errno, extack } = decodeAcknowledgement(message);
    if (errno === 0) return undefined;
    return kernelError(`${operation} in netns ${this.netnsName}`, errno, extack);
  }

  #send(batch: readonly NetlinkRequest[], flagsOf: (index: number) => number): void {
    const bytes = encodeMessages(
      batch.map(({ type, flags, payload }, index) => ({
        type,
        flags: NLM_F_REQUEST | flags | flagsOf(index),
        sequence: ++this.#sequence,
        payload,
      })),
    );
    send(`send to netlink in netns ${this.netnsName}`, this.#fd, bytes, bytes.byteLength, 0);
  }

  /** Not waiting: an answer that is not there by now was lost, and EAGAIN says so. */
  #receive(): NetlinkMessage[] {
    const operation = `receive from netlink in netns ${this.netnsName}`;
    const length = recv.raw(this.#fd, received, received.byteLength, MSG_DONTWAIT);
    if (length < 0) {
      throw kernelError(
        operation,
        -length,
        -length === ENOBUFS ? "more answers than the socket holds" : undefined,
      );
    }
    return decodeMessages(received.subarray(0, length));
  }
}

function* batches(requests: readonly NetlinkRequest[]): Generator<NetlinkRequest[]> {
  let batch: NetlinkRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    if (batch.length === BATCH_MESSAGES || bytes > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(request);
    bytes += request.payload.byteLength;
  }
  if (batch.length > 0) yield batch;
}
