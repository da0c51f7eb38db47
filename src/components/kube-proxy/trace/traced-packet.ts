/** A packet through the rules of a node, and what became of it: the words of the tracers of all modes. */
import type { IpAddress } from "../../../net/ip-address.ts";

export interface TracedPacket {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Undefined for a protocol without ports. */
  readonly destinationPort: number | undefined;
  readonly protocol: "tcp" | "udp" | "sctp" | "icmp";
  /** The device it comes in by; rules about devices match nothing without it. */
  readonly inInterface?: string;
}

/** Whether an address is the node's own. */
export type IsLocal = (address: IpAddress) => boolean;

export interface MatchedRule {
  /** Of iptables: `nat`, `filter`; `ipvs` for a virtual server, `relay` for a process. */
  readonly table: string;
  readonly chain: string;
  readonly text: string;
}

/** One way of the packet through the rules. */
export interface TracedPath {
  /**
   * `accept` may be a rule's or, where no rule decides, the chain's policy: see `decided`. `close` is a process's: it
   * takes the connection, and ends it.
   */
  readonly verdict: "accept" | "drop" | "reject" | "close";
  /** Whether a rule gave the verdict. */
  readonly decided: boolean;
  /** Where it is sent on to, `ip:port`; undefined when it keeps its destination. */
  readonly target: string | undefined;
  /** Leaves the node with the node's address as source. */
  readonly masqueraded: boolean;
  /** How likely this way is: the product of the dice on it. */
  readonly probability: number;
  /** Every rule that the packet matched, in order. */
  readonly rules: readonly MatchedRule[];
}

export interface TraceOptions {
  /** The node's own addresses, the primary one first; loopback need not be among them. */
  readonly localAddresses: readonly IpAddress[];
}
