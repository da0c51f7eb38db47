/**
 * Frames of our own by which a capture proves that it has shown everything that came before them.
 * They carry a nonce, pass no bridge, and are left out of what a capture delivers: also those of
 * other captures, at the other end of a veth or inside a tunnel's packets.
 */
import { randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { type MacAddress, macAddressBytes } from "../../net/mac-address.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { type LibcFunction, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { AF_PACKET, openSocket } from "../sockets/socket.ts";

/** IEEE 802: local experimental EtherType 1. Nothing listens for it. */
const ETHERTYPE = 0x88b5;
/** Of the group addresses that IEEE 802.1Q forbids a bridge to forward; nearest bridge, as LLDP uses it. */
const NEAREST_BRIDGE = Uint8Array.of(0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e);
/** Begins with 7: where a device has no link-layer header, it is neither IPv4 nor IPv6. */
const MAGIC = Buffer.from("7077ae9c1d2f4be0a65371c80f9e3bd4", "hex");
const NONCE_BYTES = 16;
/** Ethernet, IPv6, UDP, VXLAN and Ethernet again, and some options. */
const MAX_HEADERS_BYTES = 160;

/** How much of a packet a capture must keep to know every marker, also one inside a tunnel's packet. */
export const MARKER_SNAP_LENGTH: number = MAX_HEADERS_BYTES + MAGIC.byteLength + NONCE_BYTES;

/** linux/net.h */
const SOCK_RAW = 3;
/** struct sockaddr_ll, linux/if_packet.h */
const SOCKADDR_LL_BYTES = 20;

const sendto: LibcFunction<
  [fd: number, data: Uint8Array, length: number, flags: number, to: Uint8Array, toLength: number]
> = libcFunction(
  "long sendto(int fd, const void *data, size_t length, int flags, const void *to, uint toLength)",
);

/** Sends markers out of one device. */
export class MarkerSender implements Disposable {
  /** What lets markers through, in front of a user's capture filter; pcap-filter(7). */
  readonly filterClause: string;
  readonly #header: Uint8Array;
  readonly #address: Uint8Array;
  readonly #device: string;
  readonly #fd: number;

  /** @throws KernelError ENODEV when there is no such device. */
  constructor(netns: Netns, device: string) {
    using rtnetlink = Rtnetlink.open(netns);
    const [link] = rtnetlink.linksByName([device]);
    if (link === undefined) throw new Error(`no answer about device ${device}`);
    this.filterClause =
      link.mac === undefined
        ? `link[0:4] = 0x${MAGIC.toString("hex", 0, 4)}`
        : `ether proto 0x${ETHERTYPE.toString(16)}`;
    this.#header = ethernetHeader(link.mac, link.kind);
    this.#address = deviceAddress(link.index);
    this.#device = `${device} in netns ${netns.name}`;
    // Protocol 0: it sends, and receives nothing.
    const kind = { family: AF_PACKET, type: SOCK_RAW };
    this.#fd = openSocket(`open a packet socket on ${this.#device}`, netns, kind);
  }

  /**
   * Sends one and returns its nonce; undefined when the device takes none, as one that is down.
   */
  send(): string | undefined {
    const nonce = randomBytes(NONCE_BYTES);
    const frame = Buffer.concat([this.#header, MAGIC, nonce]);
    const address = this.#address;
    const sent = sendto.raw(this.#fd, frame, frame.byteLength, 0, address, SOCKADDR_LL_BYTES);
    return sent < 0 ? undefined : nonce.toString("hex");
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The nonce, when this packet is a marker or a tunnel's packet around one. */
export function markerNonce(packet: Uint8Array): string | undefined {
  if (packet.byteLength > MARKER_SNAP_LENGTH) return undefined;
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  const at = bytes.indexOf(MAGIC);
  if (at === -1) return undefined;
  const start = at + MAGIC.byteLength;
  return bytes.toString("hex", start, start + NONCE_BYTES);
}

/** Empty for a device without link-layer header. */
function ethernetHeader(mac: MacAddress | undefined, kind: string | undefined): Uint8Array {
  if (mac === undefined) return new Uint8Array();
  const own = macAddressBytes(mac);
  // What a bridge itself has to say it sends to a group by all ports, this group too; to its own address by
  // none, or by the one whose address it has taken. And from the device's own address, so that
  // a bridge at the other end learns nothing wrong.
  const to = kind === "bridge" ? own : NEAREST_BRIDGE;
  return Buffer.concat([to, own, Uint8Array.of(ETHERTYPE >> 8, ETHERTYPE & 0xff)]);
}

function deviceAddress(index: number): Uint8Array {
  const address = Buffer.alloc(SOCKADDR_LL_BYTES);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETHERTYPE, 2);
  address.writeInt32LE(index, 4);
  return address;
}
