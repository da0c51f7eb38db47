/**
 * NLMSG_ERROR, as `struct nlmsgerr` in linux/netlink.h: an errno, negated, or 0 for an ack, then
 * the request that it answers, then attributes that say more (NETLINK_EXT_ACK).
 *
 *    [ s32 error ][ struct nlmsghdr of the request ][ its payload unless capped ][ attributes ]
 *
 * NLMSG_DONE begins with such an error too, and has the attributes right behind it.
 */
import { Reader } from "../reader.ts";
import { asciiz, u32 } from "./attribute-codec.ts";
import { decodeAttributes } from "./attributes.ts";
import { type NetlinkMessage, NLMSG_DONE } from "./message.ts";

const NLMSG_HEADER_BYTES = 16;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;

const attributes = { message: [1, asciiz], offset: [2, u32] } as const;

export interface Acknowledgement {
  /** Positive; 0 when the request was granted. */
  readonly errno: number;
  /** What the kernel says of it, in its words. A granted request can have one too: a warning. */
  readonly extack: string | undefined;
}

/** `message` is an NLMSG_ERROR or an NLMSG_DONE. */
export function decodeAcknowledgement({ type, flags, payload }: NetlinkMessage): Acknowledgement {
  const reader = new Reader(payload);
  // A dump's end may come without.
  const errno = reader.remaining >= 4 ? (0 - reader.u32Host("error")) | 0 : 0;
  if ((flags & NLM_F_ACK_TLVS) === 0) return { errno, extack: undefined };
  if (type !== NLMSG_DONE) skipRequest(reader, flags);
  return { errno, extack: decodeAttributes(reader.rest(), attributes).message };
}

function skipRequest(reader: Reader, flags: number): void {
  const length = reader.u32Host("nlmsg_len of the request");
  const kept = (flags & NLM_F_CAPPED) === 0 ? length : NLMSG_HEADER_BYTES;
  reader.bytes(((kept + 3) & ~3) - 4, "request");
}
