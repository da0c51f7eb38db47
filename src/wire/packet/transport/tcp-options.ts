/**
 * TCP options, RFC 9293 §3.2, RFC 7323 (window scale, timestamps), RFC 2018
 * (selective acknowledgement).
 *
 *    [ kind (1) | length (1) | data (length - 2) ]     kinds 0 and 1: the kind alone
 */
import { u8, u16, u32 } from "../fields.ts";

interface SackBlock {
  /** First sequence number that has arrived. */
  readonly left: number;
  /** The one after the last. */
  readonly right: number;
}

export type TcpOption =
  | { readonly type: "nop" }
  | { readonly type: "end" }
  | { readonly type: "mss"; readonly bytes: number }
  /** The window is shifted left by this many bits. */
  | { readonly type: "window-scale"; readonly shift: number }
  | { readonly type: "sack-permitted" }
  | { readonly type: "sack"; readonly blocks: readonly SackBlock[] }
  | { readonly type: "timestamps"; readonly value: number; readonly echo: number }
  /** A kind not listed here, or a known one with a length that it cannot have. */
  | { readonly type: "unknown"; readonly kind: number; readonly data: Uint8Array }
  /** An option longer than the header; nothing after it can be read. */
  | { readonly type: "malformed"; readonly kind: number };

const KIND_END = 0;
const KIND_NOP = 1;
const KIND_MSS = 2;
const KIND_WINDOW_SCALE = 3;
const KIND_SACK_PERMITTED = 4;
const KIND_SACK = 5;
const KIND_TIMESTAMPS = 8;
const OPTION_HEADER_BYTES = 2;
const SACK_BLOCK_BYTES = 8;

/** `input` is the header behind its 20 fixed bytes; the list ends at `end`, or where it is malformed. */
export function decodeTcpOptions(input: Uint8Array): readonly TcpOption[] {
  const options: TcpOption[] = [];
  let offset = 0;
  while (offset < input.byteLength) {
    const kind = u8(input, offset);
    if (kind === KIND_END) return [...options, { type: "end" }];
    if (kind === KIND_NOP) {
      options.push({ type: "nop" });
      offset += 1;
      continue;
    }
    const length = u8(input, offset + 1);
    if (length < OPTION_HEADER_BYTES || offset + length > input.byteLength) {
      return [...options, { type: "malformed", kind }];
    }
    const data = input.subarray(offset + OPTION_HEADER_BYTES, offset + length);
    options.push(decodeOption(kind, data));
    offset += length;
  }
  return options;
}

function decodeOption(kind: number, data: Uint8Array): TcpOption {
  const size = data.byteLength;
  if (kind === KIND_MSS && size === 2) return { type: "mss", bytes: u16(data, 0) };
  if (kind === KIND_WINDOW_SCALE && size === 1) return { type: "window-scale", shift: u8(data, 0) };
  if (kind === KIND_SACK_PERMITTED && size === 0) return { type: "sack-permitted" };
  if (kind === KIND_TIMESTAMPS && size === 8) {
    return { type: "timestamps", value: u32(data, 0), echo: u32(data, 4) };
  }
  if (kind === KIND_SACK && size > 0 && size % SACK_BLOCK_BYTES === 0) {
    return { type: "sack", blocks: decodeSackBlocks(data) };
  }
  return { type: "unknown", kind, data };
}

function decodeSackBlocks(data: Uint8Array): readonly SackBlock[] {
  return Array.from({ length: data.byteLength / SACK_BLOCK_BYTES }, (_, index) => ({
    left: u32(data, index * SACK_BLOCK_BYTES),
    right: u32(data, index * SACK_BLOCK_BYTES + 4),
  }));
}
