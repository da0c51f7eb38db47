import { PodwireError } from "../../base/podwire-error.ts";
import { formatSocketAddress, type IpAddress } from "../../net/ip-address.ts";
import type { SocketErrorReport } from "../../wire/socket/control-message.ts";
import { decodeSocketAddress, type SocketAddress } from "../../wire/socket/socket-address.ts";
import { EMSGSIZE, errnoMeaning, errnoName } from "../errno.ts";
import { receiveMessage } from "./receive-message.ts";

// Codes of destination unreachable: RFC 792, RFC 4443.
const ICMP_PORT_UNREACHABLE = 3;
const ICMP_FRAGMENTATION_NEEDED = 4;
const ICMPV6_PORT_UNREACHABLE = 4;

/** Why packets did not get there, or nothing came back: in the words of a probe's result. */
export type SocketErrorReason =
  /** A RST; for UDP an ICMP port unreachable from the destination itself. */
  | "refused"
  /** The connection was there and then was reset. */
  | "reset"
  /** An ICMP destination unreachable; `icmp` has its code. Without `icmp`: nobody answered ARP. */
  | "unreachable"
  /** No route, or the kernel itself forbids it, before anything was sent. */
  | "not sent"
  /** ICMP time exceeded: the TTL ran out on the way. */
  | "time exceeded"
  /** ICMP fragmentation needed, or the local MTU is too small with DF set. */
  | "too big"
  | "timed out";

/** The ICMP error that the kernel received. */
export interface IcmpError {
  /** Of ICMP, or of ICMPv6 when `from` is an IPv6 address. */
  readonly type: number;
  readonly code: number;
  /** Who sent it; undefined when the kernel does not know any more. */
  readonly from: IpAddress | undefined;
}

export interface SocketErrorOptions {
  /** Positive; undefined for a time-out of ours. */
  readonly errno?: number | undefined;
  readonly icmp?: IcmpError | undefined;
}

/** A packet of a socket of ours met a refusal. `message`: `connect to 10.96.0.10:80: refused (ECONNREFUSED)`. */
export class SocketError extends PodwireError {
  readonly code = "SOCKET_FAILED";
  readonly exitCode = 1;
  readonly reason: SocketErrorReason;
  /** Positive; undefined for a time-out of ours. */
  readonly errno: number | undefined;
  readonly icmp: IcmpError | undefined;

  constructor(operation: string, reason: SocketErrorReason, options: SocketErrorOptions = {}) {
    super(`${operation}: ${reason}${describeCause(options)}`);
    this.reason = reason;
    this.errno = options.errno;
    this.icmp = options.icmp;
  }
}

function describeCause({ errno, icmp }: SocketErrorOptions): string {
  if (icmp !== undefined) return ` (ICMP type ${icmp.type} code ${icmp.code} from ${icmp.from})`;
  return errno === undefined ? "" : ` (${errnoName(errno)}: ${errnoMeaning(errno)})`;
}

/** One entry of a socket's error queue. */
export interface QueuedError {
  readonly report: SocketErrorReport;
  readonly reason: SocketErrorReason;
  /** Undefined when the kernel found it by itself, as with a packet larger than the local MTU. */
  readonly icmp: IcmpError | undefined;
  /** Where our packet was going. */
  readonly to: SocketAddress | undefined;
  /** The start of our own packet's payload, as far as the ICMP error repeated it. */
  readonly payload: Uint8Array;
  /** When the kernel received it, if the socket has SO_TIMESTAMPNS. */
  readonly timestampNs: bigint | undefined;
}

/**
 * Takes everything from the error queue of a socket that has IP_RECVERR. A queue that is left full
 * keeps the descriptor ready, and an event loop turning.
 */
export function readErrorQueue(fd: number): QueuedError[] {
  const errors: QueuedError[] = [];
  for (;;) {
    const message = receiveMessage("read the error queue", fd, "errors");
    if (message === undefined) return errors;
    const { payload, from, control } = message;
    const report = control.error;
    if (report === undefined) continue;
    const icmp = isIcmp(report)
      ? { type: report.type, code: report.code, from: report.offender }
      : undefined;
    const to = decodeSocketAddress(from);
    errors.push({
      report,
      reason: reasonOf(report, to),
      icmp,
      to,
      payload,
      timestampNs: control.timestampNs,
    });
  }
}

/** An entry of the queue as an error. */
export function socketError(operation: string, { report, reason, icmp }: QueuedError): SocketError {
  return new SocketError(operation, reason, { errno: report.errno, icmp });
}

/** `connect to 10.96.0.10:80 from netns node01`. */
export function describeSending(verb: string, to: SocketAddress, netns: string): string {
  return `${verb} ${formatSocketAddress(to.address, to.port)} from netns ${netns}`;
}

function isIcmp({ origin }: SocketErrorReport): boolean {
  return origin === "icmp" || origin === "icmpv6";
}

function reasonOf(report: SocketErrorReport, to: SocketAddress | undefined): SocketErrorReason {
  switch (report.origin) {
    case "icmp":
      return icmpReason(report, to);
    case "icmpv6":
      return icmpv6Reason(report, to);
    default:
      if (report.errno === EMSGSIZE) return "too big";
      // The kernel's own ICMP error, as it were: nobody answered its ARP.
      return "unreachable";
  }
}

/** RFC 792: type 3 is destination unreachable, 11 is time exceeded. */
function icmpReason(
  { type, code, offender }: SocketErrorReport,
  to: SocketAddress | undefined,
): SocketErrorReason {
  if (type === 11) return "time exceeded";
  if (type === 3 && code === ICMP_FRAGMENTATION_NEEDED) return "too big";
  if (type === 3 && code === ICMP_PORT_UNREACHABLE && offender === to?.address) return "refused";
  return "unreachable";
}

/** RFC 4443: type 1 is destination unreachable, 2 is packet too big, 3 is time exceeded. */
function icmpv6Reason(
  { type, code, offender }: SocketErrorReport,
  to: SocketAddress | undefined,
): SocketErrorReason {
  if (type === 3) return "time exceeded";
  if (type === 2) return "too big";
  if (type === 1 && code === ICMPV6_PORT_UNREACHABLE && offender === to?.address) return "refused";
  return "unreachable";
}
