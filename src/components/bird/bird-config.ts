/** What a BIRD is told: who it is, what it announces and whom it speaks with. Plain data; see render-config.ts for the text. */
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

export interface BirdPeer {
  /** Of the protocol: `Mesh_192_168_0_18`, as in `birdc show protocols`. */
  readonly name: string;
  readonly address: IpAddress;
  readonly asNumber: number;
  /** Waits for the other to connect; one of the two is enough. */
  readonly passive: boolean;
  /** The peer is told what other peers say (RFC 4456). */
  readonly routeReflectorClient: boolean;
}

/** How the next hops of the other nodes are reached, where packets are encapsulated on the way. */
export interface BirdTunnel {
  readonly device: string;
  /** Every other node. */
  readonly hops: ReadonlyArray<{ readonly address: IpAddress; readonly isTunnelled: boolean }>;
}

/** Seconds. */
export interface BirdTimers {
  readonly connectDelay: number;
  readonly connectRetry: number;
  readonly errorWait: readonly [number, number];
  readonly keepalive: number;
  readonly hold: number;
  readonly scan: number;
}

/** For labs: a mesh is there after a second. With Calico's own (2, 5, [5, 30], 60, 180, 2) it takes two. */
export const labTimers: BirdTimers = {
  connectDelay: 1,
  connectRetry: 1,
  errorWait: [1, 2],
  keepalive: 3,
  hold: 9,
  scan: 1,
};

export interface BirdConfig {
  /** IPv4, also of one that speaks of IPv6. */
  readonly routerId: IpAddress;
  /** Its end of sessions, where that is not the router id. */
  readonly address?: IpAddress;
  readonly asNumber: number;
  /** Where pods' addresses come from, and so of which family its routes are: nothing outside is taken from peers or announced to nodes. */
  readonly pool: Cidr;
  /** `node`: has pods of its own. `router`: hands on what it hears, and tells other routers of its own subnets. */
  readonly role: "node" | "router";
  /** The peers are of other ASes and on the same wire (eBGP); otherwise they are of this one, and may be anywhere (iBGP). */
  readonly isExternal: boolean;
  /** Blocks of this node: announced, and a blackhole here, so that an address nobody has is refused. */
  readonly blocks: readonly Cidr[];
  /** Single addresses of others' blocks that are here: announced as they are. */
  readonly borrowed: readonly Cidr[];
  readonly peers: readonly BirdPeer[];
  readonly tunnel: BirdTunnel | undefined;
  readonly timers: BirdTimers;
  /** RFC 4724: peers keep what they heard while this one restarts. */
  readonly gracefulRestart: boolean;
}
