/** What all kinds of probes have in common: where from, where to, and how a failure is told. */
import { randomUUID } from "node:crypto";
import { KernelError } from "../../base/podwire-error.ts";
import type { Netns } from "../../kernel/netns.ts";
import { type IcmpError, SocketError } from "../../kernel/sockets/socket-error.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { icmpCodeName } from "../icmp-code-name.ts";
import type { IcmpCause, ProbeAttempt, ProbeOptions } from "../probe.ts";
import type { Sightings } from "../sightings.ts";

/** One attempt's surroundings. */
export interface ProbeAim {
  readonly netns: Netns;
  readonly address: IpAddress;
  /** Absent for ping, traceroute and arp. */
  readonly port: number;
  /** http: from the first slash on. */
  readonly path: string;
  readonly options: ProbeOptions;
  readonly timeoutMs: number;
  /** What podwire's own responders saw. */
  readonly sightings: Sightings;
  readonly signal: AbortSignal;
}

/** Something no other probe of this machine says, short enough for any protocol. */
export function newProbeId(): string {
  return randomUUID().slice(0, 18).replaceAll("-", "");
}

/** The line by which a responder knows a probe. */
export function tokenLine(id: string): string {
  return `podwire-probe ${id}\n`;
}

/** Milliseconds since `startedAt`, which is of `performance.now()`. */
export function since(startedAt: number): number {
  return performance.now() - startedAt;
}

/**
 * A failed attempt from what was thrown.
 *
 * @throws whatever is neither of the socket's nor of the kernel's refusals: a bug, or the signal's reason.
 */
export function failedAttempt(error: unknown, startedAt: number): ProbeAttempt {
  const latencyMs = since(startedAt);
  if (error instanceof SocketError) {
    const { reason, message, icmp } = error;
    return { ok: false, latencyMs, reason, message, ...(icmp !== undefined && withCause(icmp)) };
  }
  if (error instanceof KernelError) {
    return { ok: false, latencyMs, reason: "not sent", message: error.message };
  }
  if (isReset(error)) return { ok: false, latencyMs, reason: "reset", message: "connection reset" };
  throw error;
}

/** The ICMP error in words. */
function icmpCause({ type, code, from }: IcmpError): IcmpCause {
  const family = from?.includes(":") === true ? "ipv6" : "ipv4";
  return { type, code, name: icmpCodeName(family, type, code), from: from ?? "unknown" };
}

function withCause(icmp: IcmpError): Pick<ProbeAttempt, "icmp" | "message"> {
  const cause = icmpCause(icmp);
  return { icmp: cause, message: `${cause.name}, says ${cause.from}` };
}

/** Node's own errors of an established connection. */
function isReset(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && ["ECONNRESET", "EPIPE"].includes(`${error.code}`)
  );
}
