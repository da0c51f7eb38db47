/**
 * The middle of Weave's sleeve: a learning switch whose ports are the other routers. It sees the frames that leave the
 * bridge, and says to whom they go; after weave's router/network_router.go.
 */
import { type MacAddress, macAddressFromBytes } from "../../net/mac-address.ts";
import { decodeSleeve, encodeSleeve } from "../../wire/weave/sleeve.ts";

export interface SleevePeer {
  /** The router's own: the MAC address of its bridge. */
  readonly name: MacAddress;
  /** IPv4. */
  readonly address: string;
}

/** To be sent to a peer's UDP port 6783. */
export interface SleeveOutput {
  readonly peer: SleevePeer;
  readonly datagram: Uint8Array;
}

const ETHERNET_HEADER_BYTES = 14;

export class SleeveSwitch {
  readonly #self: SleevePeer;
  #peersByName: ReadonlyMap<MacAddress, SleevePeer> = new Map();
  /** Who has a MAC address, as the source addresses of frames told. */
  readonly #ownerByMac = new Map<MacAddress, MacAddress>();

  constructor(self: SleevePeer, peers: readonly SleevePeer[]) {
    this.#self = self;
    this.setPeers(peers);
  }

  /** Who takes part from now on. What was behind those who do not is forgotten. */
  setPeers(peers: readonly SleevePeer[]): void {
    this.#peersByName = new Map(peers.map((peer) => [peer.name, peer]));
    for (const [mac, owner] of this.#ownerByMac) {
      const isKnown = owner === this.#self.name || this.#peersByName.has(owner);
      if (!isKnown) this.#ownerByMac.delete(mac);
    }
  }

  /** A frame from our bridge: to whoever has its destination; to everybody when nobody is known to. */
  fromBridge(frame: Uint8Array): readonly SleeveOutput[] {
    if (frame.byteLength < ETHERNET_HEADER_BYTES) return [];
    this.#ownerByMac.set(sourceOf(frame), this.#self.name);
    const owner = isGroup(frame) ? undefined : this.#ownerByMac.get(destinationOf(frame));
    // The bridge has brought it to its own pod by itself.
    if (owner === this.#self.name) return [];
    const peer = owner && this.#peersByName.get(owner);
    const to = peer === undefined ? [...this.#peersByName.values()] : [peer];
    return to.map((each) => ({ peer: each, datagram: this.#wrap(each, frame) }));
  }

  /**
   * The frames of a datagram that are for our bridge. Nothing of it is handed on: every router sends to every other itself.
   *
   * @throws DecodeError when it ends within a frame.
   */
  fromPeer(datagram: Uint8Array): readonly Uint8Array[] {
    const { sender, frames } = decodeSleeve(datagram);
    if (!this.#peersByName.has(sender)) return [];
    const ours = frames.filter(
      ({ destination, frame }) =>
        destination === this.#self.name && frame.byteLength >= ETHERNET_HEADER_BYTES,
    );
    for (const { source, frame } of ours) this.#ownerByMac.set(sourceOf(frame), source);
    return ours.map(({ frame }) => frame);
  }

  #wrap({ name }: SleevePeer, frame: Uint8Array): Uint8Array {
    const self = this.#self.name;
    return encodeSleeve(self, { source: self, destination: name, frame });
  }
}

function destinationOf(frame: Uint8Array): MacAddress {
  return macAddressFromBytes(frame.subarray(0, 6));
}

function sourceOf(frame: Uint8Array): MacAddress {
  return macAddressFromBytes(frame.subarray(6, 12));
}

/** Broadcast and multicast: IEEE 802's I/G bit. */
function isGroup(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & 1) === 1;
}
