/** Blocks of a pcapng file, little-endian; concatenated in order they are one that Wireshark opens. */
import {
  BLOCK_OVERHEAD_BYTES,
  BODY_OFFSET,
  BYTE_ORDER_MAGIC,
  ENHANCED_PACKET_BLOCK,
  IF_DESCRIPTION,
  IF_FILTER,
  IF_NAME,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION_BLOCK,
  INTERFACE_STATISTICS_BLOCK,
  ISB_IFDROP,
  ISB_IFRECV,
  NANOSECOND_RESOLUTION,
  OPT_COMMENT,
  padded,
  SECTION_HEADER_BLOCK,
  SHB_OS,
  SHB_USERAPPL,
} from "./pcapng-format.ts";

const OPTION_HEADER_BYTES = 4;
const VERSION_MAJOR = 1;
const VERSION_MINOR = 0;
/** Section length: not known when the header is written. */
const UNKNOWN_LENGTH = 0xffff_ffff_ffff_ffffn;

export interface SectionFields {
  /** What wrote the file: `podwire 0.1.0`. */
  readonly application?: string | undefined;
  readonly os?: string | undefined;
  readonly comment?: string | undefined;
}

/** The first block of a file. */
export function encodeSectionHeader(section: SectionFields = {}): Uint8Array {
  const options = [
    textOption(OPT_COMMENT, section.comment),
    textOption(SHB_OS, section.os),
    textOption(SHB_USERAPPL, section.application),
  ];
  const { bytes, body } = block(SECTION_HEADER_BLOCK, 16, options);
  body.setUint32(0, BYTE_ORDER_MAGIC, true);
  body.setUint16(4, VERSION_MAJOR, true);
  body.setUint16(6, VERSION_MINOR, true);
  body.setBigUint64(8, UNKNOWN_LENGTH, true);
  return bytes;
}

export interface InterfaceFields {
  /** See link-type.ts. */
  readonly linkType: number;
  /** What `frame.interface_name` shows. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The capture filter, in tcpdump's language. */
  readonly filter?: string | undefined;
  /** Bytes kept of each packet; 0, the default, for all. */
  readonly snapLength?: number | undefined;
}

/** The first such block of a section is interface 0, the next 1. Timestamps will be nanoseconds. */
export function encodeInterfaceDescription(fields: InterfaceFields): Uint8Array {
  const options = [
    textOption(IF_NAME, fields.name),
    textOption(IF_DESCRIPTION, fields.description),
    { code: IF_TSRESOL, value: Uint8Array.of(NANOSECOND_RESOLUTION) },
    // The first byte of the value says that a string in tcpdump's language follows.
    textOption(IF_FILTER, fields.filter === undefined ? undefined : `\0${fields.filter}`),
  ];
  const { bytes, body } = block(INTERFACE_DESCRIPTION_BLOCK, 8, options);
  body.setUint16(0, fields.linkType, true);
  body.setUint32(4, fields.snapLength ?? 0, true);
  return bytes;
}

export interface EnhancedPacketFields {
  /** The number of the interface description within the section, from 0. */
  readonly interfaceId: number;
  /** Since the epoch. */
  readonly timestampNs: bigint;
  readonly data: Uint8Array;
  /** Bytes on the wire; those of `data` unless given. */
  readonly originalLength?: number | undefined;
  /** Shown by Wireshark above the packet. */
  readonly comment?: string | undefined;
}

export function encodeEnhancedPacket(fields: EnhancedPacketFields): Uint8Array {
  const { data } = fields;
  const fixedBytes = 20;
  const { bytes, body } = block(ENHANCED_PACKET_BLOCK, fixedBytes + padded(data.byteLength), [
    textOption(OPT_COMMENT, fields.comment),
  ]);
  body.setUint32(0, fields.interfaceId, true);
  setTimestamp(body, 4, fields.timestampNs);
  body.setUint32(12, data.byteLength, true);
  body.setUint32(16, fields.originalLength ?? data.byteLength, true);
  bytes.set(data, BODY_OFFSET + fixedBytes);
  return bytes;
}

export interface InterfaceStatisticsFields {
  readonly interfaceId: number;
  /** When these were counted, since the epoch. */
  readonly timestampNs: bigint;
  /** Packets that the interface saw. */
  readonly received?: number | undefined;
  /** Packets that it saw and that were not captured, for want of buffers. */
  readonly dropped?: number | undefined;
}

/** To be written at the end, once per interface. */
export function encodeInterfaceStatistics(fields: InterfaceStatisticsFields): Uint8Array {
  const options = [
    countOption(ISB_IFRECV, fields.received),
    countOption(ISB_IFDROP, fields.dropped),
  ];
  const { bytes, body } = block(INTERFACE_STATISTICS_BLOCK, 12, options);
  body.setUint32(0, fields.interfaceId, true);
  setTimestamp(body, 4, fields.timestampNs);
  return bytes;
}

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

function textOption(code: number, text: string | undefined): Option | undefined {
  return text === undefined ? undefined : { code, value: new TextEncoder().encode(text) };
}

function countOption(code: number, count: number | undefined): Option | undefined {
  if (count === undefined) return undefined;
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(count), true);
  return { code, value };
}

/** A block with its lengths and options; `body` is a view of its fixed part, still zero. */
function block(
  type: number,
  fixedBytes: number,
  maybeOptions: ReadonlyArray<Option | undefined>,
): { readonly bytes: Uint8Array; readonly body: DataView } {
  const options = maybeOptions.filter((option) => option !== undefined);
  const length = BLOCK_OVERHEAD_BYTES + fixedBytes + optionsBytes(options);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  view.setUint32(length - 4, length, true);
  let offset = BODY_OFFSET + fixedBytes;
  for (const { code, value } of options) {
    view.setUint16(offset, code, true);
    view.setUint16(offset + 2, value.byteLength, true);
    bytes.set(value, offset + OPTION_HEADER_BYTES);
    offset += OPTION_HEADER_BYTES + padded(value.byteLength);
  }
  return { bytes, body: new DataView(bytes.buffer, BODY_OFFSET, fixedBytes) };
}

/** With the end-of-options mark, which is zero and needs no writing; nothing when there are none. */
function optionsBytes(options: readonly Option[]): number {
  if (options.length === 0) return 0;
  return options.reduce(
    (sum, { value }) => sum + OPTION_HEADER_BYTES + padded(value.byteLength),
    OPTION_HEADER_BYTES,
  );
}

/** 64 bits, the upper half first whatever the byte order. */
function setTimestamp(body: DataView, offset: number, timestampNs: bigint): void {
  body.setUint32(offset, Number(timestampNs >> 32n), true);
  body.setUint32(offset + 4, Number(timestampNs & 0xffff_ffffn), true);
}
