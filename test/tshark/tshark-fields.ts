/** What tshark reads in packets: the second opinion that our decoder is held against. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeSectionHeader,
} from "../../src/wire/pcap/pcapng-writer.ts";
import { runWireshark } from "./run-wireshark.ts";

/** One packet of a capture that a test makes up. */
export interface SamplePacket {
  readonly title: string;
  readonly linkType: number;
  readonly data: Uint8Array;
  /** Bytes on the wire, when the sample is a packet cut by the capture. */
  readonly originalLength?: number;
}

/** A row per packet: the values of each field, in the order of the fields; none for a field it does not have. */
export type FieldRow = ReadonlyMap<string, readonly string[]>;

const options = [
  // Each packet by itself: reassembly would move a packet's layers to the one that completes it.
  ...["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"],
  ...["-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE"],
  ...["-o", "tcp.relative_sequence_numbers:FALSE"],
  ...["-o", "sctp.tsn_analysis:FALSE"],
  // What podwire takes for VXLAN by default and Debian's tshark does not.
  ...["-d", "udp.port==8472,vxlan"],
];
const SEPARATOR = "\t";
const AGGREGATOR = ";";

/** Equivalent to: `tshark -n -r FILE -T fields -e FIELD…`. */
export async function tsharkFields(
  packets: readonly SamplePacket[],
  fields: readonly string[],
): Promise<readonly FieldRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-tshark-"));
  try {
    const file = path.join(folder, "packets.pcapng");
    await writeFile(file, encodeCapture(packets));
    const shape = ["-E", `separator=/t`, "-E", "occurrence=a", "-E", `aggregator=${AGGREGATOR}`];
    const asked = fields.flatMap((field) => ["-e", field]);
    const lines = await runWireshark("tshark", [
      "-n",
      "-r",
      file,
      ...options,
      "-T",
      "fields",
      ...shape,
      ...asked,
    ]);
    return lines.map((line) => {
      const values = line
        .split(SEPARATOR)
        .map((text) => (text === "" ? [] : text.split(AGGREGATOR)));
      return new Map(fields.map((field, index) => [field, values[index] ?? []]));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A pcapng file with an interface for each link type; times count up by a second. */
function encodeCapture(packets: readonly SamplePacket[]): Uint8Array {
  const linkTypes = [...new Set(packets.map(({ linkType }) => linkType))];
  return Buffer.concat([
    encodeSectionHeader({ application: "podwire" }),
    ...linkTypes.map((linkType) => encodeInterfaceDescription({ linkType, name: `if${linkType}` })),
    ...packets.map(({ linkType, data, originalLength }, index) =>
      encodeEnhancedPacket({
        interfaceId: linkTypes.indexOf(linkType),
        timestampNs: BigInt(index) * 1_000_000_000n,
        data,
        originalLength,
      }),
    ),
  ]);
}
