/** UDP inside a netns, as Node's own datagram sockets. */
import { createSocket, type Socket } from "node:dgram";
import { KernelError } from "../../base/podwire-error.ts";
import { familyOf, formatSocketAddress, type IpAddress, ipAddress } from "../../net/ip-address.ts";
import { encodeSocketAddress, type SocketAddress } from "../../wire/socket/socket-address.ts";
import { closeDescriptor, libcFunction, orThrow, systemError } from "../libc.ts";
import type { Netns } from "../netns.ts";
import {
  anyAddress,
  bind,
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
  /** Where to receive; by default `0.0.0.0`, every IPv4 address of the netns. */
  readonly address?: IpAddress;
  /** By default, or as 0, the kernel chooses. */
  readonly port?: number;
  /**
   * Called with each ICMP error that a datagram of ours met, and who sent it, as soon as it comes. Without this the
   * kernel keeps such errors to itself, unless the socket is connected; then Node emits them.
   */
  readonly onIcmpError?: (error: QueuedError) => void;
}

/**
 * A datagram socket inside `netns`, bound when this returns. Closing the socket closes the descriptor.
 *
 * @throws KernelError EADDRINUSE, EADDRNOTAVAIL: `bind UDP 0.0.0.0:53 in netns x: EADDRINUSE (…)`
 */
export function udpSocket(netns: Netns, options: UdpOptions = {}): Socket {
  const { address = anyAddress("ipv4"), port = 0, onIcmpError } = options;
  const operation = `bind UDP ${formatSocketAddress(address, port)} in netns ${netns.name}`;
  const family = familyOf(address);
  const kind = { family: socketFamily(family), type: SOCK_DGRAM };
  const fd = openPreparedSocket(operation, netns, kind, (opened) => {
    if (onIcmpError !== undefined) setErrorQueue(operation, opened, family, "on");
    bind(operation, opened, encodeSocketAddress({ address, port }));
  });
  const socket = createSocket(family === "ipv4" ? "udp4" : "udp6");
  if (onIcmpError !== undefined) watchErrors(fd, socket, onIcmpError);
  socket.bind({ fd });
  return socket;
}

/**
 * One that sends to `to` and receives from nobody else; its `localAddress` is the one that the routes choose. It
 * is Node that connects it: of a descriptor that is connected already it would not know, and could not send.
 *
 * @throws SocketError `not sent` when there is no route; KernelError as {@link udpSocket}.
 */
export async function connectUdp(
  netns: Netns,
  { to, ...options }: UdpOptions & { readonly to: SocketAddress },
): Promise<Socket> {
  const operation = describeSending("connect UDP to", to, netns.name);
  const socket = udpSocket(netns, { address: anyAddress(familyOf(to.address)), ...options });
  return new Promise((resolve, reject) => {
    // Node calls back with an error, which its types leave out.
    socket.connect(to.port, to.address, (error?: unknown) => {
      if (error === undefined) return resolve(socket);
      socket.close();
      const failure = systemError(operation, error);
      reject(
        failure instanceof KernelError
          ? new SocketError(operation, "not sent", { errno: failure.errno })
          : failure,
      );
    });
  });
}

/** The address from which the routes of `netns` would send to `to`. Sends nothing. @throws as {@link connectUdp} */
export async function sourceTowards(netns: Netns, to: SocketAddress): Promise<IpAddress> {
  const socket = await connectUdp(netns, { to });
  const { address } = socket.address();
  socket.close();
  return ipAddress(address);
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
