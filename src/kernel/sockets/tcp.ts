/** TCP inside a netns, as Node's own servers and sockets. */
import { setMaxListeners } from "node:events";
import { type Server, Socket } from "node:net";
import {
  familyOf,
  formatSocketAddress,
  type IpAddress,
  type IpFamily,
} from "../../net/ip-address.ts";
import { encodeSocketAddress, type SocketAddress } from "../../wire/socket/socket-address.ts";
import { ECONNREFUSED, ECONNRESET, EINPROGRESS, ENOTCONN, ETIMEDOUT } from "../errno.ts";
import { closeDescriptor, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";
import {
  anyAddress,
  bind,
  connectRaw,
  openPreparedSocket,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_IPV6,
  SOL_SOCKET,
  type SocketKind,
  setErrorQueue,
  setOption,
  socketFamily,
  takeSocketError,
} from "./socket.ts";
import {
  describeSending,
  readErrorQueue,
  SocketError,
  type SocketErrorReason,
  socketError,
} from "./socket-error.ts";
import { SocketReadiness } from "./socket-readiness.ts";

const IPV6_V6ONLY = 26;
const IPPROTO_SCTP = 132;
/** What Node asks for; the kernel's somaxconn caps it. */
const BACKLOG = 511;

const listen = libcFunction<[fd: number, backlog: number]>("int listen(int fd, int backlog)");
const getpeername = libcFunction<[fd: number, address: Uint8Array, length: Uint8Array]>(
  "int getpeername(int fd, void *address, void *length)",
);

/** Of SCTP the one-to-one sockets, which do as TCP's do. @see RFC 6458 §4 */
export type StreamTransport = "tcp" | "sctp";

export interface ListenOptions {
  /** @default "tcp" */
  readonly transport?: StreamTransport;
  /** `0.0.0.0` is every IPv4 address of the netns, `::` every IPv6 address. */
  readonly address: IpAddress;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly backlog?: number;
  /** An IPv6 socket also takes IPv4 connections, which then come from `::ffff:…`. */
  readonly dualStack?: boolean;
}

/**
 * Lets `server`, from `net.createServer` or `http.createServer`, listen inside `netns`. When this returns, it
 * listens: connections are accepted, and a port that is taken has thrown. Closing the
 * server closes the descriptor.
 *
 * @throws KernelError EADDRINUSE, EADDRNOTAVAIL: `listen on 10.244.1.2:80 in netns x: EADDRINUSE (…)`
 */
export function listenTcp<T extends Server>(netns: Netns, options: ListenOptions, server: T): T {
  const { address, port, transport, backlog = BACKLOG, dualStack = false } = options;
  const operation = `listen on ${formatSocketAddress(address, port)} in netns ${netns.name}`;
  const family = familyOf(address);
  const fd = openPreparedSocket(operation, netns, kindOf(family, transport), (opened) => {
    setOption(operation, opened, [SOL_SOCKET, SO_REUSEADDR], 1);
    if (family === "ipv6") {
      setOption(operation, opened, [SOL_IPV6, IPV6_V6ONLY], dualStack ? 0 : 1);
    }
    bind(operation, opened, encodeSocketAddress({ address, port }));
    listen(operation, opened, backlog);
  });
  server.listen({ fd, backlog });
  return server;
}

export interface ConnectOptions {
  /** @default "tcp" */
  readonly transport?: StreamTransport;
  readonly to: SocketAddress;
  /** Our end; what it leaves out the kernel chooses. */
  readonly from?: Partial<SocketAddress>;
  /** Up to the end of the handshake. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Our end stays open when the other end has said all: as `net.Socket`'s option. */
  readonly allowHalfOpen?: boolean;
}

/**
 * Connects from inside `netns`. The socket is connected when the promise settles, and owns its
 * descriptor; when it is rejected, nothing is left open.
 *
 * An ICMP error ends the attempt as soon as the kernel has it. (Of one that arrives while
 * connect(2) still holds the socket, as from a REJECT in our own OUTPUT chain, the kernel makes no error
 * of the socket; only the error queue shows it, and without it the attempt would go on for minutes.)
 *
 * @throws SocketError; KernelError when `from` cannot be bound; the signal's reason when it aborts.
 */
export async function connectTcp(netns: Netns, options: ConnectOptions): Promise<Socket> {
  const { to, from, transport, signal, allowHalfOpen = false } = options;
  signal.throwIfAborted();
  const operation = describeSending("connect to", to, netns.name);
  const family = familyOf(to.address);
  const fd = openPreparedSocket(operation, netns, kindOf(family, transport), (opened) => {
    setErrorQueue(operation, opened, family, "on");
    if (from !== undefined) bindFrom(operation, opened, to, from);
    const result = connectRaw(opened, to);
    if (result !== 0 && result !== -EINPROGRESS) throw notSent(operation, -result);
  });
  try {
    await connected(operation, fd, options);
    // From here on a connection is to behave as any: to the others ICMP errors are hints.
    setErrorQueue(operation, fd, family, "off");
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
  return new Socket({ fd, allowHalfOpen, readable: true, writable: true });
}

function kindOf(family: IpFamily, transport: StreamTransport = "tcp"): SocketKind {
  const protocol = transport === "sctp" ? IPPROTO_SCTP : 0;
  return { family: socketFamily(family), type: SOCK_STREAM, protocol };
}

function bindFrom(
  operation: string,
  fd: number,
  to: SocketAddress,
  { address = anyAddress(familyOf(to.address)), port = 0 }: Partial<SocketAddress>,
): void {
  // A probe may use the port that its last connection leaves in TIME_WAIT.
  setOption(operation, fd, [SOL_SOCKET, SO_REUSEADDR], 1);
  const local = formatSocketAddress(address, port);
  bind(`${operation}, bind to ${local}`, fd, encodeSocketAddress({ address, port }));
}

/** A blackhole, prohibit or missing route. Refused at once: by a RST from this very netns. */
function notSent(operation: string, errno: number): SocketError {
  return new SocketError(operation, errno === ECONNREFUSED ? "refused" : "not sent", { errno });
}

/** Settles when the handshake is over, or has failed, or is given up. Leaves the descriptor open. */
function connected(
  operation: string,
  fd: number,
  { timeoutMs, signal }: ConnectOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      readiness[Symbol.dispose]();
      finish();
    };
    const abort = (): void => settle(() => reject(signal.reason));
    const timer = setTimeout(
      () => settle(() => reject(new SocketError(operation, "timed out"))),
      timeoutMs,
    );
    // biome-ignore lint/nursery/useDisposables: `settle` disposes of it, in every case.
    const readiness = new SocketReadiness(fd, "writable", () => {
      try {
        if (isConnected(operation, fd)) settle(resolve);
      } catch (error) {
        settle(() => reject(error));
      }
    });
    // One signal may end a thousand attempts: more than ten listeners are no leak.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", abort);
  });
}

/** @throws SocketError when it never will be. */
function isConnected(operation: string, fd: number): boolean {
  const errno = takeSocketError(operation, fd);
  const [queued] = readErrorQueue(fd);
  if (queued !== undefined) {
    // Of TCP, only a RST is a refusal: an ICMP port unreachable is a packet filter's.
    const reason = queued.reason === "refused" ? "unreachable" : queued.reason;
    throw socketError(operation, { ...queued, reason });
  }
  if (errno !== 0) throw new SocketError(operation, reasonOf(errno), { errno });
  return getpeername.raw(fd, new Uint8Array(128), Uint8Array.of(128, 0, 0, 0)) !== -ENOTCONN;
}

function reasonOf(errno: number): SocketErrorReason {
  switch (errno) {
    case ECONNREFUSED:
      return "refused";
    case ECONNRESET:
      return "reset";
    case ETIMEDOUT:
      return "timed out";
    default:
      return "unreachable";
  }
}
