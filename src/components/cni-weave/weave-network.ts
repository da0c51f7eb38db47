/** What the plans are made from. */
import { createHash } from "node:crypto";
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

export interface WeaveNetwork {
  /** `fastdp`: VXLAN in the kernel. `sleeve`: datagrams of a router in user space. */
  readonly mode: "fastdp" | "sleeve";
  /** One flat network over all nodes: `IPALLOC_RANGE`. */
  readonly podCIDR: Cidr;
  /** Bytes: `WEAVE_MTU`; undefined: {@link DEFAULT_MTU}. */
  readonly mtu: number | undefined;
  /** In the order in which they share the range; see ring.ts. */
  readonly peers: readonly WeavePeer[];
}

/** One node's router. */
export interface WeavePeer {
  /** The node's name, also that of its netns. */
  readonly name: string;
  readonly address: IpAddress;
  /** 12 bits, different for each peer: what the fast datapath writes into the VNI. */
  readonly shortId: number;
  /** The peer's part of the range. */
  readonly range: Cidr;
  /** Of the bridge `weave`: the first of the part, as `weave expose` takes it. */
  readonly bridgeAddress: IpAddress;
}

/**
 * Weave's own default: it fits the encapsulation into every cloud's MTU, whatever that of the wire is.
 */
const DEFAULT_MTU = 1_376;

export function weaveMtu({ mtu = DEFAULT_MTU }: WeaveNetwork): number {
  return mtu;
}

const SHORT_ID_BITS = 12;

/** Real routers draw theirs at random and settle collisions by gossip; these come from the names. */
export function shortIds(names: readonly string[]): readonly number[] {
  const taken = new Set<number>();
  return names.map((name) => {
    let id = createHash("sha1").update(name).digest().readUInt16BE(0) >>> (16 - SHORT_ID_BITS);
    // 0 is nobody's.
    while (id === 0 || taken.has(id)) id = (id + 1) % 2 ** SHORT_ID_BITS;
    taken.add(id);
    return id;
  });
}
