/**
 * What recvmsg(2) tells beside the data: a chain of `struct cmsghdr`, each padded to 8 bytes on the
 * 64-bit machines that we run on.
 *
 *     [ u64 length | s32 level | s32 type ][ payload ][ pad ]
 *
 * `length` counts the header and not the padding.
 */

import { DecodeError } from "../../base/podwire-error.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { Reader } from "../reader.ts";
import { decodeSocketAddress } from "./socket-address.ts";

const CMSG_HEADER_BYTES = 16;

const SOL_IP = 0;
const SOL_SOCKET = 1;
const SOL_IPV6 = 41;
const SCM_TIMESTAMPNS = 35;
const IP_TTL = 2;
const IP_RECVERR = 11;
const IPV6_RECVERR = 25;
const IPV6_HOPLIMIT = 52;

/** SO_EE_ORIGIN_*: who found the error. */
const ORIGINS = ["none", "local", "icmp", "icmpv6"] as const;

/** `struct sock_extended_err` and the address behind it, of linux/errqueue.h. */
export interface SocketErrorReport {
  /** Positive. */
  readonly errno: number;
  readonly origin: (typeof ORIGINS)[number] | "other";
  /** ICMP's, when it came from there. */
  readonly type: number;
  readonly code: number;
  /** For "too big", the MTU that would pass. */
  readonly info: number;
  /** Who sent the ICMP error. */
  readonly offender: IpAddress | undefined;
}

/** Each is there when the socket was told to ask for it. */
export interface ControlMessages {
  /** When the kernel received the packet, in nanoseconds of the real-time clock: SO_TIMESTAMPNS. */
  readonly timestampNs?: bigint;
  /** TTL or hop limit of the packet as it arrived: IP_RECVTTL, IPV6_RECVHOPLIMIT. */
  readonly ttl?: number;
  /** IP_RECVERR, IPV6_RECVERR. */
  readonly error?: SocketErrorReport;
}

/** @throws DecodeError when a length is shorter than a header, or longer than what is there. */
export function decodeControlMessages(input: Uint8Array): ControlMessages {
  const messages: { -readonly [Name in keyof ControlMessages]: ControlMessages[Name] } = {};
  const reader = new Reader(input);
  while (reader.remaining >= CMSG_HEADER_BYTES) {
    const start = reader.offset;
    const length = Number(u64(reader, "cmsg_len"));
    if (length < CMSG_HEADER_BYTES) throw new DecodeError("DECODE_MALFORMED", "cmsg_len", start);
    const level = reader.u32Host("cmsg_level");
    const type = reader.u32Host("cmsg_type");
    const payload = new Reader(reader.bytes(length - CMSG_HEADER_BYTES, "control message"));
    reader.bytes(Math.min(-length & 7, reader.remaining), "padding");
    if (level === SOL_SOCKET && type === SCM_TIMESTAMPNS) messages.timestampNs = timestamp(payload);
    else if (isTtl(level, type)) messages.ttl = payload.u32Host("ttl");
    else if (isError(level, type)) messages.error = errorReport(payload);
  }
  return messages;
}

function isTtl(level: number, type: number): boolean {
  return (level === SOL_IP && type === IP_TTL) || (level === SOL_IPV6 && type === IPV6_HOPLIMIT);
}

function isError(level: number, type: number): boolean {
  return (level === SOL_IP && type === IP_RECVERR) || (level === SOL_IPV6 && type === IPV6_RECVERR);
}

/** `struct timespec`: seconds, nanoseconds. */
function timestamp(reader: Reader): bigint {
  return u64(reader, "tv_sec") * 1_000_000_000n + u64(reader, "tv_nsec");
}

function errorReport(reader: Reader): SocketErrorReport {
  const errno = reader.u32Host("ee_errno");
  const origin = ORIGINS[reader.u8("ee_origin")] ?? "other";
  const type = reader.u8("ee_type");
  const code = reader.u8("ee_code");
  reader.u8("ee_pad");
  const info = reader.u32Host("ee_info");
  reader.u32Host("ee_data");
  const offender = decodeSocketAddress(reader.rest())?.address;
  return { errno, origin, type, code, info, offender };
}

function u64(reader: Reader, what: string): bigint {
  const low = BigInt(reader.u32Host(what));
  return low | (BigInt(reader.u32Host(what)) << 32n);
}
