/** The way of one packet through a lab, and of what came back. Plain data: it crosses the control socket. */
import type { ProbeResult } from "../probe.ts";

/** Around a packet on one wire. */
export interface Tunnel {
  /** `VXLAN 1`, `IPIP`. */
  readonly protocol: string;
  /** Addresses of its two ends. */
  readonly source: string;
  readonly destination: string;
}

/** The destination or the source has become another since the passage before; on the way back, what it was at first. */
export type Translation = "DNAT" | "SNAT" | "DNAT undone" | "SNAT undone";

/** The packet as it passed one device. */
export interface Passage {
  /** As places are written: `node/node01`, `pod/vote/redis-0`, `underlay`. */
  readonly where: string;
  readonly device: string;
  readonly direction: "in" | "out";
  /** Since it was first seen. */
  readonly afterMs: number;
  /** `10.244.1.2:40312`, or an address alone. */
  readonly source: string;
  readonly destination: string;
  readonly translations: readonly Translation[];
  /** What it travelled in, outermost first. */
  readonly tunnels: readonly Tunnel[];
}

export interface Leg {
  /** `TCP SYN`; undefined when there was none. */
  readonly packet: string | undefined;
  readonly passages: readonly Passage[];
}

export interface PacketWalk {
  readonly probe: ProbeResult;
  readonly there: Leg;
  readonly back: Leg;
  /** Whose the addresses are that occur, by address: `svc/vote/redis`. */
  readonly owners: Readonly<Record<string, string>>;
  /** Frames that nobody could look at, for there were too many. */
  readonly lost: number;
}
