/**
 * SPDY/3.1 frames, draft-mbelshe-httpbis-spdy-00 §2.2 and the 3.1 change to window updates. Network byte order.
 *
 *    +----------------------------------+    +----------------------------------+
 *    |1|   version (15)  |  type (16)   |    |0|        stream id (31)          |
 *    +----------------------------------+    +----------------------------------+
 *    |  flags (8)  |     length (24)    |    |  flags (8)  |     length (24)    |
 *    +----------------------------------+    +----------------------------------+
 *    |               data               |    |               data               |
 *    +----------------------------------+    +----------------------------------+
 *                control                                    data
 *
 * kubectl speaks it for exec, attach and port-forward: it is what Kubernetes upgrades an HTTP/1.1 connection
 * to. Header blocks stay compressed here: one stream of compression runs through all blocks of a connection,
 * so whoever reads the frames must read them all, in order; see header-compression.ts.
 */
import { DecodeError } from "../../base/podwire-error.ts";
import { Reader } from "../reader.ts";

const SPDY_VERSION = 3;
export const FRAME_HEADER_BYTES = 8;

const CONTROL_BIT = 0x8000_0000;
const MAX_STREAM_ID = 0x7fff_ffff;
const MAX_LENGTH = 0xff_ffff;
const FLAG_FIN = 0x01;
const FLAG_UNIDIRECTIONAL = 0x02;
const PRIORITY_SHIFT = 5;

// §2.6
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const HEADERS = 8;
const WINDOW_UPDATE = 9;

/** Status codes of RST_STREAM, §2.6.3. */
export const RstStatus = {
  PROTOCOL_ERROR: 1,
  INVALID_STREAM: 2,
  REFUSED_STREAM: 3,
  CANCEL: 5,
  INTERNAL_ERROR: 6,
} as const;

interface SpdySetting {
  /** 24 bits. */
  readonly id: number;
  readonly flags: number;
  readonly value: number;
}

/** Header blocks and data alias the input. */
export type SpdyFrame =
  | {
      readonly type: "SYN_STREAM";
      readonly streamId: number;
      readonly associatedStreamId: number;
      /** 0 is the most urgent, 7 the least. */
      readonly priority: number;
      readonly fin: boolean;
      readonly unidirectional: boolean;
      readonly headerBlock: Uint8Array;
    }
  | {
      readonly type: "SYN_REPLY" | "HEADERS";
      readonly streamId: number;
      readonly fin: boolean;
      readonly headerBlock: Uint8Array;
    }
  | {
      readonly type: "DATA";
      readonly streamId: number;
      readonly fin: boolean;
      readonly data: Uint8Array;
    }
  | { readonly type: "RST_STREAM"; readonly streamId: number; readonly status: number }
  | { readonly type: "SETTINGS"; readonly flags: number; readonly settings: readonly SpdySetting[] }
  | { readonly type: "PING"; readonly id: number }
  | { readonly type: "GOAWAY"; readonly lastStreamId: number; readonly status: number }
  /** Of stream 0: of the whole connection. */
  | { readonly type: "WINDOW_UPDATE"; readonly streamId: number; readonly delta: number }
  /** A control frame of a type that nobody knows; §2.2.1 has it ignored. */
  | {
      readonly type: "unknown";
      readonly number: number;
      readonly flags: number;
      readonly payload: Uint8Array;
    };

/** Of the frame that begins with these {@link FRAME_HEADER_BYTES}: all its bytes, the header too. */
export function frameLength(header: Uint8Array): number {
  const reader = new Reader(header);
  reader.u32("SPDY frame header");
  return FRAME_HEADER_BYTES + (reader.u32("SPDY frame length") & MAX_LENGTH);
}

/**
 * One whole frame.
 *
 * @throws DecodeError when it is cut off, is of another version of SPDY, or has a length that its type cannot have.
 */
export function decodeFrame(input: Uint8Array): SpdyFrame {
  const reader = new Reader(input);
  const first = reader.u32("SPDY frame header");
  const second = reader.u32("SPDY frame length");
  const flags = second >>> 24;
  const payload = reader.bytes(second & MAX_LENGTH, "SPDY frame payload");
  if ((first & CONTROL_BIT) === 0) {
    return { type: "DATA", streamId: first, fin: (flags & FLAG_FIN) !== 0, data: payload };
  }
  const version = (first >>> 16) & 0x7fff;
  if (version !== SPDY_VERSION) {
    throw new DecodeError("DECODE_MALFORMED", `SPDY version ${version}, not ${SPDY_VERSION}`, 0);
  }
  return decodeControl(first & 0xffff, flags, payload);
}

function decodeControl(type: number, flags: number, payload: Uint8Array): SpdyFrame {
  const reader = new Reader(payload);
  const fin = (flags & FLAG_FIN) !== 0;
  switch (type) {
    case SYN_STREAM:
      return decodeSynStream(reader, flags);
    case SYN_REPLY:
    case HEADERS: {
      const streamId = id(reader, "SPDY stream id");
      const name = type === HEADERS ? "HEADERS" : "SYN_REPLY";
      return { type: name, streamId, fin, headerBlock: reader.rest() };
    }
    case RST_STREAM: {
      const streamId = id(reader, "SPDY stream id");
      return { type: "RST_STREAM", streamId, status: reader.u32("RST_STREAM status") };
    }
    case SETTINGS:
      return decodeSettings(reader, flags);
    case PING:
      return { type: "PING", id: reader.u32("PING id") };
    case GOAWAY: {
      const lastStreamId = id(reader, "GOAWAY last stream id");
      return { type: "GOAWAY", lastStreamId, status: reader.u32("GOAWAY status") };
    }
    case WINDOW_UPDATE: {
      const streamId = id(reader, "SPDY stream id");
      return { type: "WINDOW_UPDATE", streamId, delta: id(reader, "WINDOW_UPDATE delta") };
    }
    default:
      return { type: "unknown", number: type, flags, payload };
  }
}

function decodeSynStream(reader: Reader, flags: number): SpdyFrame {
  const streamId = id(reader, "SPDY stream id");
  const associatedStreamId = id(reader, "SYN_STREAM associated stream id");
  const priority = reader.u8("SYN_STREAM priority") >>> PRIORITY_SHIFT;
  // For client certificates, which nobody ever used.
  reader.u8("SYN_STREAM slot");
  return {
    type: "SYN_STREAM",
    streamId,
    associatedStreamId,
    priority,
    fin: (flags & FLAG_FIN) !== 0,
    unidirectional: (flags & FLAG_UNIDIRECTIONAL) !== 0,
    headerBlock: reader.rest(),
  };
}

function decodeSettings(reader: Reader, flags: number): SpdyFrame {
  const count = reader.u32("SETTINGS count");
  const settings: SpdySetting[] = [];
  for (let index = 0; index < count; index++) {
    const word = reader.u32("SETTINGS id");
    const value = reader.u32("SETTINGS value");
    settings.push({ id: word & MAX_LENGTH, flags: word >>> 24, value });
  }
  return { type: "SETTINGS", flags, settings };
}

/** The highest bit is reserved. */
function id(reader: Reader, what: string): number {
  return reader.u32(what) & MAX_STREAM_ID;
}

/** @throws RangeError when the payload does not fit in 24 bits of length. */
export function encodeFrame(frame: SpdyFrame): Uint8Array {
  switch (frame.type) {
    case "DATA":
      return assemble(frame.streamId, finFlag(frame), [], frame.data);
    case "SYN_STREAM": {
      const { streamId, associatedStreamId, priority, unidirectional, headerBlock } = frame;
      const flags = finFlag(frame) | (unidirectional ? FLAG_UNIDIRECTIONAL : 0);
      const slot = (priority << PRIORITY_SHIFT) << 8;
      const words = [streamId, associatedStreamId];
      return assemble(control(SYN_STREAM), flags, words, headerBlock, slot);
    }
    case "SYN_REPLY":
    case "HEADERS": {
      const type = frame.type === "HEADERS" ? HEADERS : SYN_REPLY;
      return assemble(control(type), finFlag(frame), [frame.streamId], frame.headerBlock);
    }
    case "RST_STREAM":
      return assemble(control(RST_STREAM), 0, [frame.streamId, frame.status]);
    case "SETTINGS": {
      const { settings, flags } = frame;
      const words = settings.flatMap((each) => [(each.flags << 24) | each.id, each.value]);
      return assemble(control(SETTINGS), flags, [settings.length, ...words]);
    }
    case "PING":
      return assemble(control(PING), 0, [frame.id]);
    case "GOAWAY":
      return assemble(control(GOAWAY), 0, [frame.lastStreamId, frame.status]);
    case "WINDOW_UPDATE":
      return assemble(control(WINDOW_UPDATE), 0, [frame.streamId, frame.delta]);
    case "unknown":
      return assemble(control(frame.number), frame.flags, [], frame.payload);
  }
}

function control(type: number): number {
  return (CONTROL_BIT | (SPDY_VERSION << 16) | type) >>> 0;
}

function finFlag({ fin }: { readonly fin: boolean }): number {
  return fin ? FLAG_FIN : 0;
}

const nothing = new Uint8Array();

function assemble(
  first: number,
  flags: number,
  words: readonly number[],
  rest: Uint8Array = nothing,
  half?: number,
): Uint8Array {
  const fixed = words.length * 4 + (half === undefined ? 0 : 2);
  const length = fixed + rest.byteLength;
  if (length > MAX_LENGTH) throw new RangeError(`a SPDY frame of ${length} bytes is too long`);
  const output = new Uint8Array(FRAME_HEADER_BYTES + length);
  const view = new DataView(output.buffer);
  view.setUint32(0, first);
  view.setUint32(4, ((flags << 24) | length) >>> 0);
  words.forEach((word, index) => {
    view.setUint32(FRAME_HEADER_BYTES + index * 4, word >>> 0);
  });
  if (half !== undefined) view.setUint16(FRAME_HEADER_BYTES + words.length * 4, half);
  output.set(rest, FRAME_HEADER_BYTES + fixed);
  return output;
}
