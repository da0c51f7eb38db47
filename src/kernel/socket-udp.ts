/** UDP inside a netns, as Node's own datagram sockets. */
import { createSocket, type Socket } from "node:dgram";
import { familyOf, formatSocketAddress, type IpAddress } from "../net/ip-address.ts";
import { encodeSocketAddress, type SocketAddress } from "../wire/socket/socket-address.ts";
import { closeDescriptor, libcFunction, orThrow } from "./libc.ts";
import type { Netns } from "./netns.ts";
import {
  anyAddress,
  bind,
  connectRaw,
  openPreparedSocket,
  SOCK_DGRAM,
  setErrorQueue,
  socketFamily,
} from "./socket.ts";
import { describeSending, type QueuedError, readErrorQueue, SocketError } from "./socket-error.ts";
import { SocketReadiness } from "./socket-readiness.ts";

const F_DUPFD_CLOEXEC = 1030;

const fcntl = libcFunction<[fd: number, command: number, argument: number]>(
  "int fcntl(int fd, int command, int argument)",
);

export interface UdpOptions {
  /** Where to receive; by default every address of the netns, of the family of `connectTo` or IPv4. */
  readonly address?: IpAddress;
  /** By default, or as 0, the kernel chooses. */
  readonly port?: number;
  /** Send there, and receive from nobody else. */
  readonly connectTo?: SocketAddress;
  /**
   * Called with each ICMP error that a datagram of ours met, and who sent it, as soon as it comes. Without this the
   * kernel keeps such errors to itself, unless the socket is connected.
   */
  readonly onIcmpError?: (error: QueuedError) => void;
}

/**
 * A datagram socket inside `netns`, bound when this returns. Closing the socket closes the descriptor.
 *
 * @throws KernelError EADDRINUSE, EADDRNOTAVAIL; SocketError `not sent` when there is no route to `connectTo`.
 */
export function udpSocket(netns: Netns, options: UdpOptions = {}): Socket {
  const { connectTo, port = 0, onIcmpError } = options;
  const address = options.address ?? anyAddress(connectTo?.address ?? ("0.0.0.0" as IpAddress));
  const operation = `bind UDP ${formatSocketAddress(address, port)} in netns ${netns.name}`;
  const family = familyOf(address);
  const kind = { family: socketFamily(family), type: SOCK_DGRAM };
  const fd = openPreparedSocket(operation, netns, kind, (opened) => {
    if (onIcmpError !== undefined) setErrorQueue(operation, opened, family, "on");
    bind(operation, opened, encodeSocketAddress({ address, port }));
    if (connectTo !== undefined) connect(netns, opened, connectTo);
  });
  const socket = createSocket(family === "ipv4" ? "udp4" : "udp6");
  if (onIcmpError !== undefined) watchErrors(fd, socket, onIcmpError);
  socket.bind({ fd });
  return socket;
}

function connect(netns: Netns, fd: number, to: SocketAddress): void {
  const result = connectRaw(fd, to);
  if (result === 0) return;
  throw new SocketError(describeSending("connect UDP to", to, netns.name), "not sent", {
    errno: -result,
  });
}

/**
 * Node's loop does not know of error queues: as long as there is something in one, it finds the
 * socket ready and turns. So we wait for errors on a descriptor of our own of the same socket, and empty the queue.
 */
function watchErrors(fd: number, socket: Socket, onIcmpError: (error: QueuedError) => void): void {
  const own = orThrow(fcntl.raw(fd, F_DUPFD_CLOEXEC, 0), "duplicate a UDP socket");
  // biome-ignore lint/nursery/useDisposables: disposed of when the socket closes.
  const readiness = new SocketReadiness(own, "error", () => {
    for (const error of readErrorQueue(own)) onIcmpError(error);
  });
  // The same errors, without who sent them.
  socket.on("error", () => undefined);
  socket.once("close", () => {
    readiness[Symbol.dispose]();
    closeDescriptor(own);
  });
}
