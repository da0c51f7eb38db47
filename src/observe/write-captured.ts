import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeSectionHeader,
} from "../wire/pcap/pcapng-writer.ts";
import type { CapturedPacket } from "./captured-packet.ts";

/** One pcapng with an interface block for every interface that is named; packets in the order given. */
export function encodeCaptured(
  packets: readonly CapturedPacket[],
  interfaces: readonly string[] = [],
): Uint8Array {
  const linkTypes = new Map(
    packets.map(({ interfaceName, linkType }) => [interfaceName, linkType]),
  );
  // Also those that saw nothing: that is worth knowing.
  const names = [...new Set([...interfaces, ...linkTypes.keys()])];
  const ids = new Map(names.map((name, index) => [name, index]));
  return Buffer.concat([
    encodeSectionHeader({ application: "podwire", os: "Linux" }),
    ...names.map((name) =>
      encodeInterfaceDescription({ linkType: linkTypes.get(name) ?? 1, name }),
    ),
    ...packets.map(({ interfaceName, timestampNs, originalLength, data }) =>
      encodeEnhancedPacket({
        interfaceId: ids.get(interfaceName) ?? 0,
        timestampNs,
        originalLength,
        data,
      }),
    ),
  ]);
}

/** {@link encodeCaptured} into a file whose folder is made when it is not there. */
export async function writeCaptured(
  file: string,
  packets: readonly CapturedPacket[],
  interfaces: readonly string[] = [],
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, encodeCaptured(packets, interfaces));
}
