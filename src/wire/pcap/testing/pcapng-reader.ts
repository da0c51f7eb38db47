/** Reads pcapng files, draft-ietf-opsawg-pcapng; the blocks are drawn in pcapng-format.ts. */
import { DecodeError } from "../../../base/podwire-error.ts";
import { ByteQueue } from "../byte-queue.ts";
import {
  BLOCK_OVERHEAD_BYTES,
  BODY_OFFSET,
  BYTE_ORDER_MAGIC,
  DEFAULT_RESOLUTION,
  ENHANCED_PACKET_BLOCK,
  IF_DESCRIPTION,
  IF_NAME,
  IF_TSOFFSET,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION_BLOCK,
  INTERFACE_STATISTICS_BLOCK,
  ISB_IFDROP,
  ISB_IFRECV,
  OPT_COMMENT,
  padded,
  SECTION_HEADER_BLOCK,
  SIMPLE_PACKET_BLOCK,
} from "../pcapng-format.ts";
import { type PcapngInterface, timestampNs, unitsPerSecond } from "./pcapng-interface.ts";
import { decodeOptions, optionCount, optionText, type PcapngOption } from "./pcapng-options.ts";

/** Wireshark's limit on a block; a longer one is a damaged length. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

export interface PcapngPacket {
  readonly interface: PcapngInterface;
  /** Since the epoch; undefined in a simple packet block, which has no time. */
  readonly timestampNs: bigint | undefined;
  /** Bytes on the wire; more than `data.byteLength` when the snap length cut the packet. */
  readonly originalLength: number;
  /** Aliases the chunk that it came in. */
  readonly data: Uint8Array;
  readonly comment: string | undefined;
}

/** What an interface statistics block tells. */
export interface PcapngStatistics {
  readonly interface: PcapngInterface;
  readonly received: number | undefined;
  readonly dropped: number | undefined;
}

/** Reads a stream that arrives in chunks cut anywhere; unknown blocks are skipped. */
export class PcapngReader {
  readonly #queue = new ByteQueue();
  #littleEndian: boolean | undefined;
  /** Of the section that is being read. */
  #interfaces: PcapngInterface[] = [];
  readonly #statistics: PcapngStatistics[] = [];

  /** All interface statistics so far, of all sections. */
  get statistics(): readonly PcapngStatistics[] {
    return this.#statistics;
  }

  /**
   * The packets that `chunk` completes. They alias it: it must not be reused.
   *
   * @throws DecodeError DECODE_MALFORMED when a block breaks the format; its
   * offset counts from the start of the stream.
   */
  push(chunk: Uint8Array): readonly PcapngPacket[] {
    this.#queue.push(chunk);
    const packets: PcapngPacket[] = [];
    for (;;) {
      const length = this.#nextBlockLength();
      if (length === undefined || !this.#queue.has(length)) return packets;
      const packet = this.#readBlock(length);
      if (packet !== undefined) packets.push(packet);
    }
  }

  /**
   * To be called at the end of the stream.
   *
   * @throws DecodeError DECODE_TRUNCATED when the stream ended inside a block, or before the first.
   */
  finish(): void {
    if (this.#littleEndian !== undefined && this.#queue.available === 0) return;
    const what = this.#littleEndian === undefined ? "pcapng section header" : "pcapng block";
    throw new DecodeError("DECODE_TRUNCATED", what, this.#queue.position + this.#queue.available);
  }

  /** Undefined until enough has come. Learns the byte order when a section begins. */
  #nextBlockLength(): number | undefined {
    const queue = this.#queue;
    if (!queue.has(BLOCK_OVERHEAD_BYTES)) return undefined;
    // The type reads the same in both orders.
    if (queue.u32(0, false) === SECTION_HEADER_BLOCK) this.#beginSection();
    if (this.#littleEndian === undefined) throw this.#malformed("pcapng section header", 0);
    const length = queue.u32(4, this.#littleEndian);
    if (length < BLOCK_OVERHEAD_BYTES || length % 4 !== 0 || length > MAX_BLOCK_BYTES) {
      throw this.#malformed("pcapng block length", 4);
    }
    return length;
  }

  #beginSection(): void {
    const queue = this.#queue;
    const littleEndian = queue.u32(8, true) === BYTE_ORDER_MAGIC;
    if (queue.u32(8, littleEndian) !== BYTE_ORDER_MAGIC) {
      throw this.#malformed("pcapng byte-order magic", 8);
    }
    this.#littleEndian = littleEndian;
    this.#interfaces = [];
  }

  #readBlock(length: number): PcapngPacket | undefined {
    const queue = this.#queue;
    if (this.#u32(length - 4) !== length) {
      throw this.#malformed("pcapng block length at the end", length - 4);
    }
    const packet = this.#readBody(this.#u32(0), length);
    queue.skip(length);
    return packet;
  }

  #readBody(type: number, length: number): PcapngPacket | undefined {
    switch (type) {
      case ENHANCED_PACKET_BLOCK:
        return this.#readEnhancedPacket(length);
      case SIMPLE_PACKET_BLOCK:
        return this.#readSimplePacket(length);
      case INTERFACE_DESCRIPTION_BLOCK:
        this.#interfaces.push(this.#readInterface(length));
        return undefined;
      case INTERFACE_STATISTICS_BLOCK:
        this.#statistics.push(this.#readStatistics(length));
        return undefined;
      default:
        return undefined;
    }
  }

  /** `interface (4) | time, upper half (4), lower half (4) | captured (4) | original (4) | data`. */
  #readEnhancedPacket(length: number): PcapngPacket {
    this.#need(length, 20, "pcapng enhanced packet");
    const source = this.#interfaceAt(BODY_OFFSET);
    const capturedLength = this.#u32(BODY_OFFSET + 12);
    this.#need(length, 20 + padded(capturedLength), "pcapng captured length");
    const units = (BigInt(this.#u32(BODY_OFFSET + 4)) << 32n) | BigInt(this.#u32(BODY_OFFSET + 8));
    const options = this.#options(BODY_OFFSET + 20 + padded(capturedLength), length);
    return {
      interface: source,
      timestampNs: timestampNs(units, source),
      originalLength: this.#u32(BODY_OFFSET + 16),
      data: this.#queue.view(BODY_OFFSET + 20, capturedLength),
      comment: optionText(options, OPT_COMMENT),
    };
  }

  /** `original (4) | data`, of interface 0 and cut at its snap length. */
  #readSimplePacket(length: number): PcapngPacket {
    this.#need(length, 4, "pcapng simple packet");
    const source = this.#interfaces[0];
    if (source === undefined) throw this.#malformed("pcapng interface 0", 0);
    const originalLength = this.#u32(BODY_OFFSET);
    const limit = source.snapLength === 0 ? originalLength : source.snapLength;
    const capturedLength = Math.min(originalLength, limit);
    this.#need(length, 4 + padded(capturedLength), "pcapng simple packet");
    const data = this.#queue.view(BODY_OFFSET + 4, capturedLength);
    return { interface: source, timestampNs: undefined, originalLength, data, comment: undefined };
  }

  /** `link type (2) | reserved (2) | snap length (4) | options`. */
  #readInterface(length: number): PcapngInterface {
    this.#need(length, 8, "pcapng interface description");
    const littleEndian = this.#littleEndian === true;
    const options = this.#options(BODY_OFFSET + 8, length);
    const resolution = options.find(({ code }) => code === IF_TSRESOL)?.value[0];
    return {
      id: this.#interfaces.length,
      linkType: this.#queue.u16(BODY_OFFSET, littleEndian),
      snapLength: this.#u32(BODY_OFFSET + 4),
      name: optionText(options, IF_NAME),
      description: optionText(options, IF_DESCRIPTION),
      unitsPerSecond: unitsPerSecond(resolution ?? DEFAULT_RESOLUTION),
      offsetSeconds: BigInt.asIntN(64, optionCount(options, IF_TSOFFSET, littleEndian) ?? 0n),
    };
  }

  /** `interface (4) | time (8) | options`. */
  #readStatistics(length: number): PcapngStatistics {
    this.#need(length, 12, "pcapng interface statistics");
    const littleEndian = this.#littleEndian === true;
    const options = this.#options(BODY_OFFSET + 12, length);
    const count = (code: number): number | undefined => {
      const value = optionCount(options, code, littleEndian);
      return value === undefined ? undefined : Number(value);
    };
    return {
      interface: this.#interfaceAt(BODY_OFFSET),
      received: count(ISB_IFRECV),
      dropped: count(ISB_IFDROP),
    };
  }

  #options(start: number, blockLength: number): readonly PcapngOption[] {
    const length = blockLength - 4 - start;
    if (length === 0) return [];
    const bytes = this.#queue.view(start, length);
    const options = decodeOptions(bytes, this.#littleEndian === true);
    if (options === undefined) throw this.#malformed("pcapng options", start);
    return options;
  }

  #interfaceAt(offset: number): PcapngInterface {
    const found = this.#interfaces[this.#u32(offset)];
    if (found === undefined) throw this.#malformed("pcapng interface", offset);
    return found;
  }

  #u32(offset: number): number {
    return this.#queue.u32(offset, this.#littleEndian === true);
  }

  #need(blockLength: number, bodyBytes: number, what: string): void {
    if (BLOCK_OVERHEAD_BYTES + bodyBytes > blockLength) throw this.#malformed(what, BODY_OFFSET);
  }

  #malformed(what: string, offset: number): DecodeError {
    return new DecodeError("DECODE_MALFORMED", what, this.#queue.position + offset);
  }
}
