/**
 * Netlink messages, as `struct nlmsghdr` in linux/netlink.h. 16 bytes, host byte order:
 *
 *    [ u32 length | u16 type | u16 flags | u32 sequence | u32 port ][ payload ][ pad ]
 *
 * `length` counts the header and not the padding; the next message starts at
 * the next multiple of 4 (NLMSG_ALIGN). A port of 0 is the kernel, or "let the kernel choose".
 */
import { DecodeError } from "../../base/podwire-error.ts";
import { Reader } from "../reader.ts";

const NLMSG_HEADER_BYTES = 16;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
/** The answer to a dump: something changed between two parts of it, so it may hold anything twice or not at all. */
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

/** What to ask of the kernel; whoever sends it gives it its sequence number. */
export interface NetlinkRequest {
  /** What an error calls it: `RTM_NEWLINK veth0`. */
  readonly operation: string;
  readonly type: number;
  /** Without NLM_F_REQUEST, which every request has, and NLM_F_ACK, which is the sender's affair. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  /** That of the request it answers. */
  readonly sequence: number;
  /** Aliases the input. */
  readonly payload: Uint8Array;
}

/** The messages one after the other, as one `sendmsg` takes them. */
export function encodeMessages(messages: readonly NetlinkMessage[]): Uint8Array {
  const output = new Uint8Array(
    messages.reduce((sum, { payload }) => sum + alignedLength(payload), 0),
  );
  const view = new DataView(output.buffer);
  let offset = 0;
  for (const { type, flags, sequence, payload } of messages) {
    view.setUint32(offset, NLMSG_HEADER_BYTES + payload.byteLength, true);
    view.setUint16(offset + 4, type, true);
    view.setUint16(offset + 6, flags, true);
    view.setUint32(offset + 8, sequence, true);
    output.set(payload, offset + NLMSG_HEADER_BYTES);
    offset += alignedLength(payload);
  }
  return output;
}

/** @throws DecodeError when a length is shorter than a header, or longer than what is there. */
export function decodeMessages(input: Uint8Array): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  const reader = new Reader(input);
  while (reader.remaining > 0) {
    const start = reader.offset;
    const length = reader.u32Host("nlmsg_len");
    if (length < NLMSG_HEADER_BYTES) throw new DecodeError("DECODE_MALFORMED", "nlmsg_len", start);
    const type = reader.u16Host("nlmsg_type");
    const flags = reader.u16Host("nlmsg_flags");
    const sequence = reader.u32Host("nlmsg_seq");
    reader.u32Host("nlmsg_pid");
    const payload = reader.bytes(length - NLMSG_HEADER_BYTES, `message ${type}`);
    reader.bytes(Math.min(-length & 3, reader.remaining), "padding");
    messages.push({ type, flags, sequence, payload });
  }
  return messages;
}

/** #define NLMSG_ALIGN(len) (((len) + 3) & ~3) */
function alignedLength(payload: Uint8Array): number {
  return (NLMSG_HEADER_BYTES + payload.byteLength + 3) & ~3;
}
