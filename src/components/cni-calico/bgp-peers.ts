/** Who speaks BGP with whom: the three shapes of Calico's documentation. Pure. */
import type { IpAddress } from "../../net/ip-address.ts";

export interface BgpSpeaker {
  readonly name: string;
  readonly address: IpAddress;
  readonly asNumber: number;
}

export interface BgpSession {
  readonly name: string;
  readonly address: IpAddress;
  readonly asNumber: number;
  readonly passive: boolean;
  readonly routeReflectorClient: boolean;
}

/** Every node with every other. */
export function meshSessions(
  self: BgpSpeaker,
  nodes: readonly BgpSpeaker[],
): readonly BgpSession[] {
  return nodes
    .filter(({ name }) => name !== self.name)
    .map((peer) => session("Mesh", self, peer, false));
}

/** Every node with the reflectors, and those with one another: a reflector tells each what the others said. */
export function reflectedSessions(
  self: BgpSpeaker,
  nodes: readonly BgpSpeaker[],
  reflectors: readonly string[],
): readonly BgpSession[] {
  const isReflector = ({ name }: BgpSpeaker): boolean => reflectors.includes(name);
  return nodes
    .filter((peer) => peer.name !== self.name && (isReflector(self) || isReflector(peer)))
    .map((peer) => session("Node", self, peer, isReflector(self) && !isReflector(peer)));
}

/** With the routers of its own subnet, which do the rest among themselves. */
export function sessionsWith(
  self: BgpSpeaker,
  routers: readonly BgpSpeaker[],
): readonly BgpSession[] {
  return routers.map((peer) => session("Global", self, peer, false));
}

function session(
  kind: "Global" | "Mesh" | "Node",
  self: BgpSpeaker,
  { address, asNumber }: BgpSpeaker,
  routeReflectorClient: boolean,
): BgpSession {
  return {
    name: `${kind}_${address.replaceAll(/[.:]/g, "_")}`,
    address,
    asNumber,
    // As calico/node: the one with the lower address waits.
    passive: self.address < address,
    routeReflectorClient,
  };
}
