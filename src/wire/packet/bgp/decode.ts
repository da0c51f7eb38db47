/** BGP message bodies, RFC 4271 §4.2, §4.3 and §4.5. */
import type { Cidr } from "../../../net/cidr.ts";
import type { IpAddress } from "../../../net/ip-address.ts";
import { ipAddressFromBytes } from "../../../net/ip-address.ts";
import { ipv4At } from "../address-text.ts";
import { u8, u16 } from "../fields.ts";
import {
  BGP_KEEPALIVE,
  BGP_NOTIFICATION,
  BGP_OPEN,
  BGP_ROUTE_REFRESH,
  BGP_UPDATE,
  type BgpMessage,
} from "./message.ts";

const OPEN_BYTES = 10;
const NOTIFICATION_BYTES = 2;
const NEXT_HOP = 3;
const ATTRIBUTE_EXTENDED_LENGTH = 0x10;

/** `body` is the message behind its 19-byte header. */
export function decodeBgpMessage(messageType: number, body: Uint8Array): BgpMessage {
  const unknown: BgpMessage = { type: "unknown", messageType, body };
  switch (messageType) {
    case BGP_OPEN:
      return body.byteLength < OPEN_BYTES ? unknown : decodeOpen(body);
    case BGP_UPDATE:
      return decodeUpdate(body) ?? unknown;
    case BGP_NOTIFICATION:
      if (body.byteLength < NOTIFICATION_BYTES) return unknown;
      return { type: "notification", code: u8(body, 0), subcode: u8(body, 1) };
    case BGP_KEEPALIVE:
      return { type: "keepalive" };
    case BGP_ROUTE_REFRESH:
      return { type: "route-refresh" };
    default:
      return unknown;
  }
}

/** `version (1) | AS (2) | hold time (2) | identifier (4) | options length (1) | options`. */
function decodeOpen(body: Uint8Array): BgpMessage {
  return {
    type: "open",
    version: u8(body, 0),
    autonomousSystem: u16(body, 1),
    holdTimeSeconds: u16(body, 3),
    identifier: ipv4At(body, 5),
  };
}

/** `length (2) | withdrawn | length (2) | path attributes | announced prefixes`. */
function decodeUpdate(body: Uint8Array): BgpMessage | undefined {
  if (body.byteLength < 2) return undefined;
  const withdrawnEnd = 2 + u16(body, 0);
  const attributesStart = withdrawnEnd + 2;
  if (attributesStart > body.byteLength) return undefined;
  const attributesEnd = attributesStart + u16(body, withdrawnEnd);
  if (attributesEnd > body.byteLength) return undefined;
  const withdrawn = decodePrefixes(body.subarray(2, withdrawnEnd));
  const announced = decodePrefixes(body.subarray(attributesEnd));
  if (withdrawn === undefined || announced === undefined) return undefined;
  const nextHop = findNextHop(body.subarray(attributesStart, attributesEnd));
  return { type: "update", withdrawn, nextHop, announced };
}

/** `bits (1) | as many bytes as the bits need`, repeated. */
function decodePrefixes(input: Uint8Array): readonly Cidr[] | undefined {
  const prefixes: Cidr[] = [];
  let offset = 0;
  while (offset < input.byteLength) {
    const prefixLength = u8(input, offset);
    const size = Math.ceil(prefixLength / 8);
    const start = offset + 1;
    if (prefixLength > 32 || start + size > input.byteLength) return undefined;
    const address = new Uint8Array(4);
    address.set(input.subarray(start, start + size));
    prefixes.push({ address: ipAddressFromBytes(address), prefixLength });
    offset = start + size;
  }
  return prefixes;
}

/** `flags (1) | type (1) | length (1, or 2 when the flags say so) | value`, repeated. */
function findNextHop(attributes: Uint8Array): IpAddress | undefined {
  let offset = 0;
  while (offset + 3 <= attributes.byteLength) {
    const isLong = (u8(attributes, offset) & ATTRIBUTE_EXTENDED_LENGTH) !== 0;
    const length = isLong ? u16(attributes, offset + 2) : u8(attributes, offset + 2);
    const start = offset + (isLong ? 4 : 3);
    if (u8(attributes, offset + 1) === NEXT_HOP && length === 4 && start + 4 <= attributes.length) {
      return ipv4At(attributes, start);
    }
    offset = start + length;
  }
  return undefined;
}
