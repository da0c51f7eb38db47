/**
 * Generic netlink, of linux/genetlink.h: what kernel modules speak that have no netlink protocol of their own.
 * A message begins with 4 bytes, and attributes follow:
 *
 *     struct genlmsghdr {
 *       __u8  cmd;
 *       __u8  version;
 *       __u16 reserved;
 *     };
 *
 * The message's type is the family's number, which the kernel gives out: the controller, a family of a number that
 * everybody knows, tells it by the family's name.
 */
import { Reader } from "../reader.ts";
import { asciiz, u16 } from "./attribute-codec.ts";
import { decodeAttributes, encodeAttributes } from "./attributes.ts";
import type { NetlinkRequest } from "./message.ts";

/** A request to a family whose number only the kernel in question knows. */
export type GenericRequest = Omit<NetlinkRequest, "type">;

const HEADER_BYTES = 4;
const GENL_ID_CTRL = 0x10;
const CTRL_CMD_GETFAMILY = 3;

/** CTRL_ATTR_*. */
const controller = { familyId: [1, u16], familyName: [2, asciiz] } as const;

export function encodeGeneric(
  command: number,
  version: number,
  attributes: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(HEADER_BYTES + attributes.byteLength);
  output[0] = command;
  output[1] = version;
  output.set(attributes, HEADER_BYTES);
  return output;
}

/** The attributes of a message, still encoded. */
export function genericAttributes(payload: Uint8Array): Uint8Array {
  const reader = new Reader(payload);
  reader.bytes(HEADER_BYTES, "genlmsghdr");
  return reader.rest();
}

/** Loads the family's module, where that has an alias for it. Equivalent to: `genl ctrl get name $name` */
export function familyGet(name: string): NetlinkRequest {
  return {
    operation: `CTRL_CMD_GETFAMILY ${name}`,
    type: GENL_ID_CTRL,
    flags: 0,
    payload: encodeGeneric(
      CTRL_CMD_GETFAMILY,
      1,
      encodeAttributes({ familyName: name }, controller),
    ),
  };
}

/** The number of the family that was asked for. */
export function decodeFamily(payload: Uint8Array): number | undefined {
  return decodeAttributes(genericAttributes(payload), controller).familyId;
}
