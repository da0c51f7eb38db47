/** IPv4, IPv6, ICMP and ICMPv6. */

import type { IpAddress } from "../../../net/ip-address.ts";
import { ipAddressBytes } from "../../../net/ip-address.ts";
import { type FieldTable, type FieldValue, field, flag, protocol } from "../field.ts";

const bytes = (
  packet: Uint8Array,
  length: number,
  ...offsets: readonly number[]
): readonly FieldValue[] => offsets.map((offset) => packet.subarray(offset, offset + length));

const addressBytes = (address: IpAddress | undefined): FieldValue | undefined =>
  address === undefined ? undefined : ipAddressBytes(address);

export const internetFields: FieldTable = {
  ip: protocol("ip"),
  // Wireshark gives it for both versions.
  "ip.version": field(
    "number",
    ["ip", "ipv6"],
    ({ packet, offset }) => (packet[offset] ?? 0) >>> 4,
  ),
  "ip.hdr_len": field("number", "ip", ({ length }) => length),
  "ip.dsfield": field("number", "ip", ({ packet, offset }) => packet[offset + 1]),
  "ip.dsfield.dscp": field("number", "ip", ({ dscp }) => dscp),
  "ip.dsfield.ecn": field("number", "ip", ({ ecn }) => ecn),
  "ip.len": field("number", "ip", ({ totalLength }) => totalLength),
  "ip.id": field("number", "ip", ({ identification }) => identification),
  "ip.flags.df": field("boolean", "ip", ({ dontFragment }) => flag(dontFragment)),
  "ip.flags.mf": field("boolean", "ip", ({ moreFragments }) => flag(moreFragments)),
  // As the wire counts it, and Wireshark 4.0.
  "ip.frag_offset": field("number", "ip", ({ fragmentOffset }) => fragmentOffset / 8),
  "ip.ttl": field("number", "ip", ({ ttl }) => ttl),
  "ip.proto": field("number", "ip", (layer) => layer.protocol),
  "ip.checksum": field("number", "ip", ({ checksum }) => checksum),
  "ip.src": field("ipv4", "ip", ({ packet, offset }) => bytes(packet, 4, offset + 12)),
  "ip.dst": field("ipv4", "ip", ({ packet, offset }) => bytes(packet, 4, offset + 16)),
  "ip.addr": field("ipv4", "ip", ({ packet, offset }) =>
    bytes(packet, 4, offset + 12, offset + 16),
  ),
  ipv6: protocol("ipv6"),
  "ipv6.version": field("number", "ipv6", ({ packet, offset }) => (packet[offset] ?? 0) >>> 4),
  "ipv6.tclass": field("number", "ipv6", ({ trafficClass }) => trafficClass),
  "ipv6.flow": field("number", "ipv6", ({ flowLabel }) => flowLabel),
  "ipv6.plen": field("number", "ipv6", ({ declaredPayloadLength }) => declaredPayloadLength),
  "ipv6.nxt": field("number", "ipv6", ({ nextHeader }) => nextHeader),
  "ipv6.hlim": field("number", "ipv6", ({ hopLimit }) => hopLimit),
  "ipv6.src": field("ipv6", "ipv6", ({ packet, offset }) => bytes(packet, 16, offset + 8)),
  "ipv6.dst": field("ipv6", "ipv6", ({ packet, offset }) => bytes(packet, 16, offset + 24)),
  "ipv6.addr": field("ipv6", "ipv6", ({ packet, offset }) =>
    bytes(packet, 16, offset + 8, offset + 24),
  ),
  icmp: protocol("icmp"),
  "icmp.type": field("number", "icmp", ({ icmpType }) => icmpType),
  "icmp.code": field("number", "icmp", ({ code }) => code),
  "icmp.checksum": field("number", "icmp", ({ checksum }) => checksum),
  "icmp.ident": field("number", "icmp", ({ identifier }) => identifier),
  "icmp.seq": field("number", "icmp", ({ sequence }) => sequence),
  "icmp.mtu": field("number", "icmp", ({ nextHopMtu }) => nextHopMtu),
  "icmp.redir_gw": field("ipv4", "icmp", ({ gateway }) => addressBytes(gateway)),
  icmpv6: protocol("icmpv6"),
  "icmpv6.type": field("number", "icmpv6", ({ icmpType }) => icmpType),
  "icmpv6.code": field("number", "icmpv6", ({ code }) => code),
  "icmpv6.checksum": field("number", "icmpv6", ({ checksum }) => checksum),
  "icmpv6.echo.identifier": field("number", "icmpv6", ({ identifier }) => identifier),
  "icmpv6.echo.sequence_number": field("number", "icmpv6", ({ sequence }) => sequence),
  "icmpv6.mtu": field("number", "icmpv6", ({ mtu }) => mtu),
};
