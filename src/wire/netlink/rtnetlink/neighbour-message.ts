/**
 * The body of RTM_NEWNEIGH and its siblings: `struct ndmsg` of linux/neighbour.h, 12 bytes, then
 * attributes NDA_*. Neighbours (ARP and ND) and forwarding entries share it.
 *
 *     struct ndmsg {
 *       __u8  ndm_family;     // AF_BRIDGE for a forwarding entry
 *       __u8  ndm_pad1;
 *       __u16 ndm_pad2;
 *       __s32 ndm_ifindex;
 *       __u16 ndm_state;      // NUD_*
 *       __u8  ndm_flags;      // NTF_*
 *       __u8  ndm_type;
 *     };
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "../../../net/mac-address.ts";
import { Reader } from "../../reader.ts";
import { bytes, ip, mac, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_DUMP } from "../message.ts";
import { RTM_GETNEIGH } from "./rtm.ts";

const HEADER_BYTES = 12;
const MAC_BYTES = 6;

export const NUD_NOARP = 0x40;
export const NUD_PERMANENT = 0x80;
/** The device's own entry, not that of the bridge it is a port of. */
export const NTF_SELF = 2;

const attributes = {
  destination: [1, ip],
  // Not always a MAC: for an IP tunnel it is an IP address.
  linkAddress: [2, bytes],
  vni: [7, u32],
  master: [9, u32],
} as const;

export interface NeighbourMessage {
  readonly family: number;
  readonly index: number;
  /** NUD_*. */
  readonly state: number;
  /** NTF_*. */
  readonly flags: number;
  readonly destination?: IpAddress | undefined;
  readonly mac?: MacAddress | undefined;
  readonly vni?: number | undefined;
  readonly masterIndex?: number | undefined;
}

export function encodeNeighbourMessage(message: NeighbourMessage): Uint8Array {
  const { family, index, state, flags, destination, vni } = message;
  const linkAddress = message.mac === undefined ? undefined : mac.encode(message.mac);
  const encoded = encodeAttributes({ destination, linkAddress, vni }, attributes);
  const output = new Uint8Array(HEADER_BYTES + encoded.byteLength);
  const view = new DataView(output.buffer);
  view.setUint8(0, family);
  view.setUint32(4, index, true);
  view.setUint16(8, state, true);
  view.setUint8(10, flags);
  output.set(encoded, HEADER_BYTES);
  return output;
}

export function decodeNeighbourMessage(payload: Uint8Array): NeighbourMessage {
  const reader = new Reader(payload);
  const family = reader.u8("ndm_family");
  reader.bytes(3, "ndm_pad");
  const index = reader.u32Host("ndm_ifindex");
  const state = reader.u16Host("ndm_state");
  const flags = reader.u8("ndm_flags");
  reader.u8("ndm_type");
  const { destination, linkAddress, vni, master } = decodeAttributes(reader.rest(), attributes);
  const address = linkAddress?.byteLength === MAC_BYTES ? linkAddress : undefined;
  return {
    family,
    index,
    state,
    flags,
    destination,
    mac: address && macAddressFromBytes(address),
    vni,
    masterIndex: master,
  };
}

/** Every entry of one family. */
export function neighbourMessageDump(family: number): NetlinkRequest {
  return {
    operation: "RTM_GETNEIGH",
    type: RTM_GETNEIGH,
    flags: NLM_F_DUMP,
    payload: encodeNeighbourMessage({ family, index: 0, state: 0, flags: 0 }),
  };
}
