/**
 * The body of RTM_NEWLINK and its siblings: `struct ifinfomsg` of linux/rtnetlink.h, 16 bytes, then
 * attributes IFLA_* of linux/if_link.h.
 *
 *     struct ifinfomsg {
 *       unsigned char  ifi_family;
 *       unsigned char  __ifi_pad;
 *       unsigned short ifi_type;     // ARPHRD_*
 *       int            ifi_index;
 *       unsigned       ifi_flags;    // IFF_*
 *       unsigned       ifi_change;   // which of the flags count
 *     };
 */
import type { MacAddress } from "../../../net/mac-address.ts";
import { Reader } from "../../reader.ts";
import { asciiz, bytes, mac, u8, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes, nested } from "../attributes.ts";

const HEADER_BYTES = 16;
/** IFNAMSIZ less its NUL. */
const NAME_MAX_BYTES = 15;
const IFF_UP = 1;

const linkInfo = {
  /** IFLA_INFO_KIND: `veth`. */
  kind: [1, asciiz],
  /** IFLA_INFO_DATA: what only that kind has. */
  data: [2, bytes],
  /** IFLA_INFO_SLAVE_KIND: `bridge` for a port of one. */
  portKind: [4, asciiz],
  portData: [5, bytes],
} as const;

const attributes = {
  // ADDRESS is 6 bytes for Ethernet, but tunnels have 4 or 16: read as bytes.
  address: [1, bytes],
  name: [3, asciiz],
  mtu: [4, u32],
  /** IFLA_LINK: the device below a tunnel, the other end of a veth. */
  link: [5, u32],
  master: [10, u32],
  /** IFLA_OPERSTATE: RFC 2863's, 6 is up. */
  operstate: [16, u8],
  info: [18, nested(linkInfo)],
  netnsFd: [28, u32],
  extMask: [29, u32],
  numTxQueues: [31, u32],
  numRxQueues: [32, u32],
  linkNetnsId: [37, u32],
} as const;

/** What the attributes say; the comments at their table explain them. */
export interface LinkAttributes {
  readonly address?: Uint8Array | undefined;
  readonly name?: string | undefined;
  readonly mtu?: number | undefined;
  readonly link?: number | undefined;
  readonly master?: number | undefined;
  readonly operstate?: number | undefined;
  readonly info?: LinkInfo | undefined;
  readonly netnsFd?: number | undefined;
  readonly extMask?: number | undefined;
  readonly numTxQueues?: number | undefined;
  readonly numRxQueues?: number | undefined;
  readonly linkNetnsId?: number | undefined;
}

/** What one can say of any device, new or old. */
export interface LinkSettings {
  /** At most 15 bytes. */
  readonly name: string;
  readonly mac?: MacAddress | undefined;
  readonly mtu?: number | undefined;
  /** The ifindex of the bridge whose port it becomes. */
  readonly masterIndex?: number | undefined;
  /** Left as it is when undefined: a new device is down. */
  readonly state?: "up" | "down" | undefined;
  /** Where it is put, by a descriptor of that netns: IFLA_NET_NS_FD. */
  readonly netnsFd?: number | undefined;
  /** Of a new device, in each direction: IFLA_NUM_TX_QUEUES and IFLA_NUM_RX_QUEUES. */
  readonly queues?: number | undefined;
}

/** What only one kind of device, or only a port, has: IFLA_LINKINFO. */
export interface LinkInfo {
  readonly kind?: string | undefined;
  readonly data?: Uint8Array | undefined;
  readonly portKind?: string | undefined;
  readonly portData?: Uint8Array | undefined;
}

/** @throws RangeError when the name has more than 15 bytes, or none. */
export function encodeLinkMessage(settings: LinkSettings, info?: LinkInfo): Uint8Array {
  const { name, netnsFd, state, queues } = settings;
  if (name === "" || Buffer.byteLength(name) > NAME_MAX_BYTES) {
    throw new RangeError(
      `a device's name has 1..${NAME_MAX_BYTES} bytes, not ${JSON.stringify(name)}`,
    );
  }
  return encodeLinkAttributes(state, {
    address: settings.mac === undefined ? undefined : mac.encode(settings.mac),
    name,
    mtu: settings.mtu,
    master: settings.masterIndex,
    info,
    netnsFd,
    numTxQueues: queues,
    numRxQueues: queues,
  });
}

export function encodeLinkAttributes(
  state: LinkSettings["state"],
  values: LinkAttributes,
): Uint8Array {
  const encoded = encodeAttributes(values, attributes);
  const output = new Uint8Array(HEADER_BYTES + encoded.byteLength);
  const view = new DataView(output.buffer);
  view.setUint32(8, state === "up" ? IFF_UP : 0, true);
  view.setUint32(12, state === undefined ? 0 : IFF_UP, true);
  output.set(encoded, HEADER_BYTES);
  return output;
}

export interface LinkMessage extends LinkAttributes {
  readonly index: number;
  /** IFF_*. */
  readonly flags: number;
}

export function decodeLinkMessage(payload: Uint8Array): LinkMessage {
  const reader = new Reader(payload);
  reader.bytes(4, "ifi_family and ifi_type");
  const index = reader.u32Host("ifi_index");
  const flags = reader.u32Host("ifi_flags");
  reader.u32Host("ifi_change");
  return { index, flags, ...decodeAttributes(reader.rest(), attributes) };
}
