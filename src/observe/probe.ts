/** What a probe is asked and what it answers. Plain data: it crosses the control socket. */
import type { ProbeKind } from "../net/probe-kind.ts";

/** How often and how long to try; every kind has these. */
export interface ProbeOptions {
  /** Attempts, one after the other; 1 unless given. */
  readonly count?: number;
  /** Per attempt. A probe that the kernel refuses earlier ends earlier. */
  readonly timeoutMs?: number;
  /** Which of the target's addresses; that of the cluster's first family unless given. */
  readonly ipFamily?: "IPv4" | "IPv6";
  /** tcp, udp, http, throughput: the local port; the kernel chooses unless given. */
  readonly sourcePort?: number;
  /** ping: bytes after the ICMP header, 56 unless given. */
  readonly sizeBytes?: number;
  /** ping: set DF, so that a packet too big for the path is refused and not cut. */
  readonly dontFragment?: boolean;
  /** traceroute: how far to look, 30 unless given. */
  readonly maxHops?: number;
  /** http: `GET` unless given. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** http: the body to send; tcp and udp: the text to send. */
  readonly body?: string;
  /** throughput: how long to send, a second unless given. */
  readonly durationMs?: number;
  /** dns: what is asked for; A and AAAA unless given, as a program that wants to connect does. */
  readonly recordType?: string;
  /** dns: ask over TCP. */
  readonly overTcp?: boolean;
  /** dns: whom to ask, and nobody else; the nameservers of the place's resolv.conf unless given. */
  readonly server?: string;
}

export interface ProbeRequest extends ProbeOptions {
  readonly kind: ProbeKind;
  /** WHERE the probe starts. */
  readonly from: string;
  /** A place with its port, an address, a name, a URL: as the user wrote it. */
  readonly to: string;
}

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** Why an attempt failed, as the kernel or the wire said it. */
export type ProbeFailureReason =
  /** A RST, or for UDP an ICMP port unreachable from the destination itself. */
  | "refused"
  /** The connection was there and then was reset. */
  | "reset"
  /** An ICMP destination unreachable; `icmp` has its code. */
  | "unreachable"
  /** No route, or the kernel itself forbids it, before anything was sent. */
  | "not sent"
  /** ICMP time exceeded: the TTL ran out on the way. */
  | "time exceeded"
  /** ICMP fragmentation needed, or the local MTU is too small with DF set. */
  | "too big"
  | "timed out"
  /** An answer came, and it was not what the protocol promises. */
  | "bad answer"
  /** The name has no address. */
  | "no such name";

/** The ICMP error that ended an attempt. */
export interface IcmpCause {
  readonly type: number;
  readonly code: number;
  /** RFC 792's and IANA's words: `port unreachable`, `admin prohibited`. */
  readonly name: string;
  /** Who sent it. */
  readonly from: string;
}

/** What the other end saw: known when podwire's own responder answered. */
export interface ServerSaw {
  /** The client's address and port after every NAT on the way. */
  readonly source: SocketAddress;
  /** Where the server itself was reached. */
  readonly destination: SocketAddress;
  /** Who answered: `vote/redis-5c5f7b7d9d-x2k4q`, or the name of an outside host. */
  readonly server: string;
}

export interface DnsRecordSeen {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: string;
}

/** One query and what came back. */
export interface DnsQuerySeen {
  readonly name: string;
  readonly type: string;
  /** Whom it went to. */
  readonly server: string;
  /** `tcp` also when the answer over UDP was cut off. */
  readonly protocol: "udp" | "tcp";
  /** Absent when no answer came. */
  readonly rcode?: string;
  readonly answers: readonly DnsRecordSeen[];
  /** Why no answer came. */
  readonly reason?: ProbeFailureReason;
}

export interface Hop {
  /** From 1. */
  readonly ttl: number;
  /** Absent when nobody answered. */
  readonly address?: string;
  readonly rttMs?: number;
}

/** What a connection carried. */
export interface Transfer {
  /** Of the stream: without headers and what was sent again. */
  readonly bytes: number;
  /** From the first byte sent until the server said that it had so many. */
  readonly seconds: number;
  readonly bitsPerSecond: number;
}

export interface ProbeAttempt {
  readonly ok: boolean;
  /** To the answer, for tcp and throughput of the handshake, or to the moment the failure was known. */
  readonly latencyMs: number;
  /** Our own end. */
  readonly local?: SocketAddress;
  readonly reason?: ProbeFailureReason;
  /** The reason in a sentence, with addresses. */
  readonly message?: string;
  readonly icmp?: IcmpCause;
  readonly serverSaw?: ServerSaw;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** http: the body received; tcp and udp: the text received. */
  readonly body?: string;
  /** dns, and every probe of a name: what was asked to find the address, in order. */
  readonly queries?: readonly DnsQuerySeen[];
  readonly hops?: readonly Hop[];
  /** arp: who answered. */
  readonly mac?: string;
  /** throughput. */
  readonly transfer?: Transfer;
  /** ping: the TTL of the reply as it arrived. */
  readonly ttl?: number;
}

export interface ProbeResult {
  readonly kind: ProbeKind;
  readonly from: string;
  readonly to: string;
  /** What `to` meant: one socket address, or an address alone. */
  readonly target: string;
  /** Every attempt succeeded. */
  readonly ok: boolean;
  readonly attempts: readonly ProbeAttempt[];
}
