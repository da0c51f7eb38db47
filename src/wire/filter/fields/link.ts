/** Ethernet, VLAN, ARP, LLC and Linux cooked captures. */
import { type FieldTable, type FieldValue, field, flag, protocol } from "../field.ts";

/** Above this the field of an Ethernet header is a type, up to it a length. */
const MAX_802_3_LENGTH = 1500;

const macs = (packet: Uint8Array, ...offsets: readonly number[]): readonly FieldValue[] =>
  offsets.map((offset) => packet.subarray(offset, offset + 6));

export const linkFields: FieldTable = {
  eth: protocol("eth"),
  "eth.dst": field("ether", "eth", ({ packet, offset }) => macs(packet, offset)),
  "eth.src": field("ether", "eth", ({ packet, offset }) => macs(packet, offset + 6)),
  "eth.addr": field("ether", "eth", ({ packet, offset }) => macs(packet, offset, offset + 6)),
  "eth.type": field("number", "eth", ({ etherType }) =>
    etherType > MAX_802_3_LENGTH ? etherType : undefined,
  ),
  "eth.len": field("number", "eth", ({ etherType }) =>
    etherType <= MAX_802_3_LENGTH ? etherType : undefined,
  ),
  llc: protocol("llc"),
  sll: protocol("sll"),
  vlan: protocol("vlan"),
  "vlan.id": field("number", "vlan", ({ id }) => id),
  "vlan.priority": field("number", "vlan", ({ priority }) => priority),
  "vlan.dei": field("boolean", "vlan", ({ dropEligible }) => flag(dropEligible)),
  "vlan.etype": field("number", "vlan", ({ etherType }) =>
    etherType > MAX_802_3_LENGTH ? etherType : undefined,
  ),
  arp: protocol("arp"),
  "arp.opcode": field("number", "arp", ({ operation }) => operation),
  "arp.hw.type": field("number", "arp", ({ hardwareType }) => hardwareType),
  "arp.proto.type": field("number", "arp", ({ protocolType }) => protocolType),
  "arp.src.hw_mac": field("ether", "arp", ({ senderMac, packet, offset }) =>
    senderMac === undefined ? undefined : macs(packet, offset + 8),
  ),
  "arp.dst.hw_mac": field("ether", "arp", ({ targetMac, packet, offset }) =>
    targetMac === undefined ? undefined : macs(packet, offset + 18),
  ),
  "arp.src.proto_ipv4": field("ipv4", "arp", ({ senderIp, packet, offset }) =>
    senderIp === undefined ? undefined : packet.subarray(offset + 14, offset + 18),
  ),
  "arp.dst.proto_ipv4": field("ipv4", "arp", ({ targetIp, packet, offset }) =>
    targetIp === undefined ? undefined : packet.subarray(offset + 24, offset + 28),
  ),
};
