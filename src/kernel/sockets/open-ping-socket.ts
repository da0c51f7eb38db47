/** icmp(7)'s ping sockets: how one is opened, and what their options are called. */
import { KernelError } from "../../base/podwire-error.ts";
import type { IpAddress, IpFamily } from "../../net/ip-address.ts";
import { encodeSocketAddress } from "../../wire/socket/socket-address.ts";
import type { Netns } from "../netns.ts";
import { writeSysctls } from "../sysctl.ts";
import {
  bind,
  openPreparedSocket,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  setErrorQueue,
  setOption,
  socketFamily,
} from "./socket.ts";

type Option = readonly [level: number, name: number];

interface PingOptions {
  readonly protocol: number;
  readonly ttl: Option;
  readonly receiveTtl: Option;
  /** IP_MTU_DISCOVER. */
  readonly pathMtu: Option;
}

/** Where IPv4 and IPv6 differ: option numbers of linux/in.h and in6.h, and IPPROTO_ICMP*. */
export const PING_OPTIONS: Readonly<Record<IpFamily, PingOptions>> = {
  ipv4: { protocol: 1, ttl: [SOL_IP, 2], receiveTtl: [SOL_IP, 12], pathMtu: [SOL_IP, 10] },
  ipv6: { protocol: 58, ttl: [SOL_IPV6, 16], receiveTtl: [SOL_IPV6, 51], pathMtu: [SOL_IPV6, 23] },
};
/**
 * Ping sockets are a privilege of the groups in net.ipv4.ping_group_range, in a new netns of none:
 * where that refuses us, our own group is let in. The caller owns the descriptor.
 *
 * It has an error queue, and tells each packet's TTL and time.
 *
 * @throws KernelError
 */
export function openPingSocket(netns: Netns, family: IpFamily, from?: IpAddress): number {
  try {
    return open(netns, family, from);
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== "KERNEL_EACCES") throw error;
    const group = process.getegid?.() ?? 0;
    writeSysctls(netns, { "net/ipv4/ping_group_range": `${group} ${group}` });
    return open(netns, family, from);
  }
}

function open(netns: Netns, family: IpFamily, from: IpAddress | undefined): number {
  const operation = `open a ping socket in netns ${netns.name}`;
  const { protocol, receiveTtl } = PING_OPTIONS[family];
  const kind = { family: socketFamily(family), type: SOCK_DGRAM, protocol };
  return openPreparedSocket(operation, netns, kind, (fd) => {
    setErrorQueue(operation, fd, family, "on");
    setOption(operation, fd, receiveTtl, 1);
    setOption(operation, fd, [SOL_SOCKET, SO_TIMESTAMPNS], 1);
    if (from === undefined) return;
    bind(`${operation}, bind to ${from}`, fd, encodeSocketAddress({ address: from, port: 0 }));
  });
}
