/**
 * Sockets made inside a netns. A socket belongs to the netns in which it was made,
 * and from then on works from anywhere.
 *
 * Whoever calls a function here that returns a descriptor owns it, and closes it with `closeDescriptor`
 * unless it hands it on to an object that says it takes it.
 */
import { type IpAddress, type IpFamily, ipAddress } from "../../net/ip-address.ts";
import { encodeSocketAddress, type SocketAddress } from "../../wire/socket/socket-address.ts";
import { closeDescriptor, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";

const AF_INET = 2;
const AF_INET6 = 10;
export const AF_PACKET = 17;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SOL_IPV6 = 41;
export const SO_REUSEADDR = 2;
export const SO_TIMESTAMPNS = 35;
const SO_ERROR = 4;
const IP_RECVERR = 11;
const IPV6_RECVERR = 25;

const socket = libcFunction<[domain: number, type: number, protocol: number]>(
  "int socket(int domain, int type, int protocol)",
);
const setsockopt = libcFunction<
  [fd: number, level: number, name: number, value: Uint8Array, length: number]
>("int setsockopt(int fd, int level, int name, const void *value, uint length)");
const getsockopt = libcFunction<
  [fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array]
>("int getsockopt(int fd, int level, int name, void *value, void *length)");
const bindSocket = libcFunction<[fd: number, address: Uint8Array, length: number]>(
  "int bind(int fd, const void *address, uint length)",
);
const connectSocket = libcFunction<[fd: number, address: Uint8Array, length: number]>(
  "int connect(int fd, const void *address, uint length)",
);

const sendto = libcFunction<
  [
    fd: number,
    buffer: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ]
>("long sendto(int fd, const void *buffer, size_t length, int flags, const void *to, uint tolen)");

export interface SocketKind {
  /** AF_*. */
  readonly family: number;
  /** SOCK_*. */
  readonly type: number;
  /** IPPROTO_*, or an EtherType in network byte order; 0 is the usual one. */
  readonly protocol?: number;
}

/** Non-blocking, and closed when a program is executed. @throws KernelError */
export function openSocket(
  operation: string,
  netns: Netns,
  { family, type, protocol = 0 }: SocketKind,
): number {
  return netns.enter(() =>
    socket(operation, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol),
  );
}

/** Opens a socket and does `prepare` to it; when that throws, the descriptor is closed. */
export function openPreparedSocket(
  operation: string,
  netns: Netns,
  kind: SocketKind,
  prepare: (fd: number) => void,
): number {
  const fd = openSocket(operation, netns, kind);
  try {
    prepare(fd);
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

export function socketFamily(family: IpFamily): number {
  return family === "ipv4" ? AF_INET : AF_INET6;
}

/** An option that is a C int. @throws KernelError */
export function setOption(
  operation: string,
  fd: number,
  [level, name]: readonly [level: number, name: number],
  value: number,
): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  setsockopt(operation, fd, level, name, bytes, bytes.byteLength);
}

/** `length` bytes of an option. @throws KernelError */
export function getOption(
  operation: string,
  fd: number,
  [level, name]: readonly [level: number, name: number],
  length: number,
): Uint8Array {
  const value = new Uint8Array(length);
  getsockopt(operation, fd, level, name, value, Uint8Array.of(length, 0, 0, 0));
  return value;
}

/** One datagram or frame, to a C address. Never throws. @returns how many bytes went, or the errno negated. */
export function sendTo(fd: number, payload: Uint8Array, address: Uint8Array): number {
  return sendto.raw(fd, payload, payload.byteLength, 0, address, address.byteLength);
}

/** The error that is pending on a socket, positive, or 0; asking for it clears it. */
export function takeSocketError(operation: string, fd: number): number {
  const value = getOption(operation, fd, [SOL_SOCKET, SO_ERROR], 4);
  return new DataView(value.buffer).getInt32(0, true);
}

/** Whether ICMP errors go to the socket's error queue, where one can see who sent them: IP_RECVERR. */
export function setErrorQueue(
  operation: string,
  fd: number,
  family: IpFamily,
  state: "on" | "off",
): void {
  const option =
    family === "ipv4" ? ([SOL_IP, IP_RECVERR] as const) : ([SOL_IPV6, IPV6_RECVERR] as const);
  setOption(operation, fd, option, state === "on" ? 1 : 0);
}

/** @throws KernelError EADDRINUSE, EADDRNOTAVAIL */
export function bind(operation: string, fd: number, address: Uint8Array): void {
  bindSocket(operation, fd, address, address.byteLength);
}

/** As the kernel answers: 0, `-EINPROGRESS`, or another errno negated. */
export function connectRaw(fd: number, to: SocketAddress): number {
  const address = encodeSocketAddress(to);
  return connectSocket.raw(fd, address, address.byteLength);
}

/** All addresses of a family: `0.0.0.0` or `::`. */
export function anyAddress(family: IpFamily): IpAddress {
  return ipAddress(family === "ipv4" ? "0.0.0.0" : "::");
}
