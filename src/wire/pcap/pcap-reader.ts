/**
 * pcap files as `tcpdump -w` writes them: a header of 24 bytes, then records of
 * 16 bytes and the captured packet, all in the byte order of the writer, which
 * the magic number shows.
 *
 *    +------------------+-------+-------+-----------+-----------+-----------+-----------+
 *    | magic (4)        | major | minor | reserved  | reserved  | snap len  | link type |
 *    +------------------+-------+-------+-----------+-----------+-----------+-----------+
 *    | seconds (4)      | µs or ns (4)  | captured length (4)   | original length (4)   |
 *    +------------------+---------------+-----------------------+-----------------------+
 */
import { DecodeError } from "../../base/podwire-error.ts";
import { ByteQueue } from "./byte-queue.ts";

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2_c3d4;
const MAGIC_NANOSECONDS = 0xa1b2_3c4d;
/** The upper bits of the field say how long a frame check sequence is. */
const LINK_TYPE_MASK = 0x03ff_ffff;
/** libpcap's MAXIMUM_SNAPLEN; a record that claims more is no record. */
const MAX_CAPTURED_BYTES = 262_144;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;

/** A packet as it was captured. */
export class PcapRecord {
  // Declared, not defined: a defined class field costs more than reading the record.
  /** Whole seconds since the epoch. */
  declare readonly seconds: number;
  /** Within the second. */
  declare readonly nanoseconds: number;
  /** Bytes on the wire; more than `data.byteLength` when the snap length cut the packet. */
  declare readonly originalLength: number;
  /** Aliases the chunk that it came in. */
  declare readonly data: Uint8Array;

  constructor(seconds: number, nanoseconds: number, originalLength: number, data: Uint8Array) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.originalLength = originalLength;
    this.data = data;
  }

  /** Since the epoch. A getter, because most readers never ask and a bigint is an allocation. */
  get timestampNs(): bigint {
    return BigInt(this.seconds) * NANOSECONDS_PER_SECOND + BigInt(this.nanoseconds);
  }
}

interface FileHeader {
  readonly littleEndian: boolean;
  readonly nanosecondsPerUnit: 1 | 1000;
  readonly linkType: number;
}

/** Reads a stream that arrives in chunks cut anywhere. */
export class PcapReader {
  readonly #queue = new ByteQueue();
  #header: FileHeader | undefined;

  /** See link-type.ts; undefined until the file header has arrived. */
  get linkType(): number | undefined {
    return this.#header?.linkType;
  }

  /**
   * The records that `chunk` completes. They alias it: it must not be reused.
   *
   * @throws DecodeError DECODE_MALFORMED when this is no pcap file; its offset
   * counts from the start of the stream.
   */
  push(chunk: Uint8Array): readonly PcapRecord[] {
    this.#queue.push(chunk);
    const header = this.#header ?? this.#readHeader();
    if (header === undefined) return [];
    const records: PcapRecord[] = [];
    for (;;) {
      const record = this.#readRecord(header);
      if (record === undefined) return records;
      records.push(record);
    }
  }

  /**
   * To be called at the end of the stream.
   *
   * @throws DecodeError DECODE_TRUNCATED when the stream ended inside a record, or before the header.
   */
  finish(): void {
    if (this.#header !== undefined && this.#queue.available === 0) return;
    const what = this.#header === undefined ? "pcap file header" : "pcap record";
    throw new DecodeError("DECODE_TRUNCATED", what, this.#queue.position + this.#queue.available);
  }

  #readHeader(): FileHeader | undefined {
    const queue = this.#queue;
    if (!queue.has(FILE_HEADER_BYTES)) return undefined;
    const littleEndian = isMagic(queue.u32(0, true));
    const magic = queue.u32(0, littleEndian);
    if (!isMagic(magic)) throw new DecodeError("DECODE_MALFORMED", "pcap magic number", 0);
    this.#header = {
      littleEndian,
      nanosecondsPerUnit: magic === MAGIC_NANOSECONDS ? 1 : 1000,
      linkType: queue.u32(20, littleEndian) & LINK_TYPE_MASK,
    };
    queue.skip(FILE_HEADER_BYTES);
    return this.#header;
  }

  #readRecord({ littleEndian, nanosecondsPerUnit }: FileHeader): PcapRecord | undefined {
    const queue = this.#queue;
    if (!queue.has(RECORD_HEADER_BYTES)) return undefined;
    const capturedLength = queue.u32(8, littleEndian);
    if (capturedLength > MAX_CAPTURED_BYTES) {
      throw new DecodeError("DECODE_MALFORMED", "pcap captured length", queue.position + 8);
    }
    if (!queue.has(RECORD_HEADER_BYTES + capturedLength)) return undefined;
    const seconds = queue.u32(0, littleEndian);
    const nanoseconds = queue.u32(4, littleEndian) * nanosecondsPerUnit;
    const originalLength = queue.u32(12, littleEndian);
    queue.skip(RECORD_HEADER_BYTES);
    return new PcapRecord(seconds, nanoseconds, originalLength, queue.take(capturedLength));
  }
}

function isMagic(value: number): boolean {
  return value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS;
}
