import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { divideRange } from "./ring.ts";
import { WeaveIpam } from "./weave-ipam.ts";
import { shortIds, type WeavePeer } from "./weave-network.ts";

interface WeaveNode {
  readonly name: string;
  readonly address: IpAddress;
}

/** A peer and who gives its addresses. */
interface PeerWithIpam {
  readonly peer: WeavePeer;
  readonly ipam: WeaveIpam;
}

/** Every node's router, with its part of the range; the bridge has taken the first address of it. */
export function startPeers(nodes: readonly WeaveNode[], range: Cidr): readonly PeerWithIpam[] {
  const parts = divideRange(range, nodes.length);
  const ids = shortIds(nodes.map(({ name }) => name));
  return nodes.map(({ name, address }, index) => {
    // As many parts and numbers as nodes.
    const [part = range, shortId = 0] = [parts[index], ids[index]];
    const ipam = new WeaveIpam(part, range);
    const bridgeAddress = ipam.allocate("weave:expose");
    return { peer: { name, address, shortId, range: part, bridgeAddress }, ipam };
  });
}
