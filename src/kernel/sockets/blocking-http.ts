/**
 * HTTP to a server in a netns, by calls that return with the answer: the calling thread waits, and with it whatever
 * else it would do. For a server on the same machine that answers in a millisecond, and callers who must know before
 * they go on.
 *
 * Nothing of that server may depend on this process, or both would wait for ever.
 */
import { familyOf, formatSocketAddress } from "../../net/ip-address.ts";
import { HttpResponseReader } from "../../wire/http/response-reader.ts";
import type { SocketAddress } from "../../wire/socket/socket-address.ts";
import { EAGAIN, ECONNREFUSED, ECONNRESET, EINPROGRESS, EINTR } from "../errno.ts";
import { closeDescriptor, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { connectRaw, openSocket, SOCK_STREAM, socketFamily, takeSocketError } from "./socket.ts";
import { SocketError } from "./socket-error.ts";

const MSG_NOSIGNAL = 0x4000;
const POLLIN = 1;
const POLLOUT = 4;

const poll = libcFunction<[fds: Uint8Array, count: number, timeoutMs: number]>(
  "int poll(void *fds, ulong count, int timeout)",
);
const send = libcFunction<[fd: number, bytes: Uint8Array, length: number, flags: number]>(
  "long send(int fd, const void *bytes, size_t length, int flags)",
);
const receive = libcFunction<[fd: number, bytes: Uint8Array, length: number, flags: number]>(
  "long recv(int fd, void *bytes, size_t length, int flags)",
);

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface BlockingHttpOptions {
  readonly netns: Netns;
  readonly to: SocketAddress;
  /** For each request, from the connection to the end of the answer. */
  readonly timeoutMs: number;
}

/** One connection, made when it is needed and kept. */
export class BlockingHttp implements Disposable {
  readonly #options: BlockingHttpOptions;
  readonly #received = new Uint8Array(65_536);
  #fd: number | undefined;

  constructor(options: BlockingHttpOptions) {
    this.#options = options;
  }

  /**
   * Posts JSON and returns what is answered; `isEnough` may end an answer that has no end of its own, and with it the
   * connection.
   *
   * @throws SocketError: refused, reset or timed out; whether the server has done it is then unknown.
   */
  post(path: string, json: string, isEnough?: (body: string) => boolean): HttpAnswer {
    const deadline = performance.now() + this.#options.timeoutMs;
    try {
      const fd = this.#kept() ?? this.#connect(deadline);
      this.#fd = fd;
      this.#send(fd, this.#request(path, json), deadline);
      const answer = this.#answer(fd, deadline, isEnough);
      if (isEnough !== undefined) this[Symbol.dispose]();
      return answer;
    } catch (error) {
      // Whatever is still to come on it would be taken for the next answer.
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The next request connects again. */
  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeDescriptor(this.#fd);
    this.#fd = undefined;
  }

  get #operation(): string {
    const { address, port } = this.#options.to;
    return `ask ${formatSocketAddress(address, port)} in netns ${this.#options.netns.name}`;
  }

  #request(path: string, json: string): Uint8Array {
    const { address, port } = this.#options.to;
    const body = Buffer.from(json);
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${formatSocketAddress(address, port)}`,
      "Content-Type: application/json",
      `Content-Length: ${body.byteLength}`,
    ];
    return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
  }

  /** The connection of the request before; not one that the server has ended since, which is readable. */
  #kept(): number | undefined {
    if (this.#fd !== undefined && poll.raw(pollEntry(this.#fd, POLLIN), 1, 0) !== 0) {
      this[Symbol.dispose]();
    }
    return this.#fd;
  }

  #connect(deadline: number): number {
    const { netns, to } = this.#options;
    const kind = { family: socketFamily(familyOf(to.address)), type: SOCK_STREAM };
    const fd = openSocket(this.#operation, netns, kind);
    try {
      const result = connectRaw(fd, to);
      if (result !== 0 && result !== -EINPROGRESS) throw this.#failure(-result);
      this.#wait(fd, POLLOUT, deadline);
      const errno = takeSocketError(this.#operation, fd);
      if (errno !== 0) throw this.#failure(errno);
      return fd;
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
  }

  #send(fd: number, bytes: Uint8Array, deadline: number): void {
    let rest = bytes;
    while (rest.byteLength > 0) {
      const sent = send.raw(fd, rest, rest.byteLength, MSG_NOSIGNAL);
      if (sent === -EAGAIN) this.#wait(fd, POLLOUT, deadline);
      else if (sent < 0) throw this.#failure(-sent);
      else rest = rest.subarray(sent);
    }
  }

  #answer(
    fd: number,
    deadline: number,
    isEnough: (body: string) => boolean = () => false,
  ): HttpAnswer {
    const reader = new HttpResponseReader();
    const decoder = new TextDecoder();
    let body = "";
    while (!(reader.isComplete || isEnough(body))) {
      reader.push(this.#receive(fd, deadline));
      body += decoder.decode(reader.takeBody(), { stream: true });
    }
    return { status: reader.status, body };
  }

  /** At least one byte; a copy. */
  #receive(fd: number, deadline: number): Uint8Array {
    for (;;) {
      const length = receive.raw(fd, this.#received, this.#received.byteLength, 0);
      if (length > 0) return this.#received.slice(0, length);
      if (length === 0) throw this.#failure(ECONNRESET);
      if (length !== -EAGAIN && length !== -EINTR) throw this.#failure(-length);
      this.#wait(fd, POLLIN, deadline);
    }
  }

  /** @throws SocketError when the time is up. */
  #wait(fd: number, events: number, deadline: number): void {
    const entry = pollEntry(fd, events);
    for (;;) {
      const remaining = Math.ceil(deadline - performance.now());
      if (remaining <= 0) throw new SocketError(this.#operation, "timed out");
      const ready = poll.raw(entry, 1, remaining);
      if (ready > 0) return;
      if (ready < 0 && ready !== -EINTR) throw this.#failure(-ready);
    }
  }

  #failure(errno: number): SocketError {
    const reason = errno === ECONNREFUSED ? "refused" : "reset";
    return new SocketError(this.#operation, reason, { errno });
  }
}

/** struct pollfd: [ s32 fd | s16 events | s16 revents ] */
function pollEntry(fd: number, events: number): Uint8Array {
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  return entry;
}
