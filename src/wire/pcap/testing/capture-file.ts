/** Capture files of either format, whole: podwire writes them, and tests read back what it wrote. */
import { u32 } from "../../packet/fields.ts";
import { PcapReader } from "../pcap-reader.ts";
import { SECTION_HEADER_BLOCK } from "../pcapng-format.ts";
import { PcapngReader } from "./pcapng-reader.ts";

/** A packet of a capture file, whatever the format. */
export interface CapturedPacket {
  /** See link-type.ts. */
  readonly linkType: number;
  /** Only pcapng files name interfaces. */
  readonly interfaceName: string | undefined;
  /** Since the epoch; undefined in pcapng's simple packet blocks. */
  readonly timestampNs: bigint | undefined;
  /** Bytes on the wire. */
  readonly originalLength: number;
  /** Aliases the file. */
  readonly data: Uint8Array;
}

/**
 * Every packet of a pcap or pcapng file, in its order.
 *
 * @throws DecodeError when it is neither, breaks its format, or ends inside a packet.
 */
export function decodeCaptureFile(file: Uint8Array): readonly CapturedPacket[] {
  return u32(file, 0) === SECTION_HEADER_BLOCK ? decodePcapng(file) : decodePcap(file);
}

function decodePcapng(file: Uint8Array): readonly CapturedPacket[] {
  const reader = new PcapngReader();
  const packets = reader.push(file);
  reader.finish();
  return packets.map((packet) => ({
    linkType: packet.interface.linkType,
    interfaceName: packet.interface.name,
    timestampNs: packet.timestampNs,
    originalLength: packet.originalLength,
    data: packet.data,
  }));
}

function decodePcap(file: Uint8Array): readonly CapturedPacket[] {
  const reader = new PcapReader();
  const records = reader.push(file);
  reader.finish();
  const { linkType = 0 } = reader;
  return records.map(({ timestampNs, originalLength, data }) => ({
    linkType,
    interfaceName: undefined,
    timestampNs,
    originalLength,
    data,
  }));
}
