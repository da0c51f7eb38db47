/**
 * IPv6 extension headers, RFC 8200 §4: hop-by-hop options (0), routing (43),
 * fragment (44), destination options (60).
 *
 *    +---------------+---------------+-------------------------------+
 *    |  next header  |   length / 0  |    options, route, or:        |
 *    +---------------+---------------+-------------------------+---+-+
 *    fragment:                       |     fragment offset     |res|M|
 *    +-------------------------------+-------------------------+---+-+
 *    |                         identification                        |
 *    +---------------------------------------------------------------+
 *
 * The length counts units of eight bytes after the first eight. A fragment
 * header always has eight bytes, and the field is reserved.
 */
import { BaseLayer } from "../base-layer.ts";
import { u8, u16, u32 } from "../fields.ts";
import { STEP_DATA, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfIpProtocol } from "./ip-protocol.ts";

const IPV6_EXTENSION_UNIT_BYTES = 8;
const OPTION_PAD1 = 0;
const OPTION_HEADER_BYTES = 2;
const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 0x0001;

export type Ipv6ExtensionType = "ipv6.hopopts" | "ipv6.routing" | "ipv6.dstopts";

export class Ipv6ExtensionLayer extends BaseLayer<Ipv6ExtensionType> {
  get nextHeader(): number {
    return u8(this.packet, this.offset);
  }
}

export class Ipv6FragmentLayer extends BaseLayer<"ipv6.fraghdr"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("ipv6.fraghdr", packet, offset, IPV6_EXTENSION_UNIT_BYTES, end);
  }

  get nextHeader(): number {
    return u8(this.packet, this.offset);
  }

  /** In bytes. */
  get fragmentOffset(): number {
    return u16(this.packet, this.offset + 2) & FRAGMENT_OFFSET_MASK;
  }

  get moreFragments(): boolean {
    return (u16(this.packet, this.offset + 2) & MORE_FRAGMENTS) !== 0;
  }

  get identification(): number {
    return u32(this.packet, this.offset + 4);
  }
}

export function walkIpv6Extension(walk: Walk, type: Ipv6ExtensionType): Step {
  const { packet, offset } = walk;
  if (!walk.has(IPV6_EXTENSION_UNIT_BYTES)) {
    return walk.missing(IPV6_EXTENSION_UNIT_BYTES, type, "extension header");
  }
  const length = (u8(packet, offset + 1) + 1) * IPV6_EXTENSION_UNIT_BYTES;
  if (!walk.has(length)) return walk.missing(length, type, "extension header");
  if (type !== "ipv6.routing" && !areOptionsWhole(packet, offset + 2, offset + length)) {
    return walk.malformed(type, "an option is longer than its header");
  }
  walk.layers.push(new Ipv6ExtensionLayer(type, packet, offset, length, walk.end));
  walk.offset += length;
  return stepOfIpProtocol(u8(packet, offset));
}

export function walkIpv6Fragment(walk: Walk): Step {
  if (!walk.has(IPV6_EXTENSION_UNIT_BYTES)) {
    return walk.missing(IPV6_EXTENSION_UNIT_BYTES, "ipv6.fraghdr", "fragment header");
  }
  const layer = new Ipv6FragmentLayer(walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += IPV6_EXTENSION_UNIT_BYTES;
  return layer.fragmentOffset === 0 ? stepOfIpProtocol(layer.nextHeader) : STEP_DATA;
}

/** `[ type (1) | length (1) | data ]`, repeated; type 0 is one byte of padding and has no length. */
function areOptionsWhole(packet: Uint8Array, start: number, end: number): boolean {
  let offset = start;
  while (offset < end) {
    offset += u8(packet, offset) === OPTION_PAD1 ? 1 : OPTION_HEADER_BYTES + u8(packet, offset + 1);
  }
  return offset === end;
}
