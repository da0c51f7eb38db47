import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeSectionHeader,
} from "../wire/pcap/pcapng-writer.ts";
import type { CapturedPacket } from "./captured-packet.ts";

const section = { application: "podwire", os: "Linux" };

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
    encodeSectionHeader(section),
    ...names.map((name) =>
      encodeInterfaceDescription({ linkType: linkTypes.get(name) ?? 1, name }),
    ),
    ...packets.map((packet) => encodePacket(packet, ids.get(packet.interfaceName) ?? 0)),
  ]);
}

/**
 * The same piece by piece, for a reader that wants packets when they come. An interface is described before its first
 * packet, since only that tells its link type; those that saw nothing, at the end.
 */
export class CapturedStream {
  readonly #ids = new Map<string, number>();

  begin(): Uint8Array {
    return encodeSectionHeader(section);
  }

  packet(packet: CapturedPacket): Uint8Array {
    const { interfaceName, linkType } = packet;
    const description = this.#describe(interfaceName, linkType);
    return Buffer.concat([...description, encodePacket(packet, this.#ids.get(interfaceName) ?? 0)]);
  }

  end(interfaces: readonly string[]): Uint8Array {
    return Buffer.concat(interfaces.flatMap((name) => this.#describe(name, 1)));
  }

  /** Once. */
  #describe(name: string, linkType: number): readonly Uint8Array[] {
    if (this.#ids.has(name)) return [];
    this.#ids.set(name, this.#ids.size);
    return [encodeInterfaceDescription({ linkType, name })];
  }
}

function encodePacket(
  { timestampNs, originalLength, data }: CapturedPacket,
  interfaceId: number,
): Uint8Array {
  return encodeEnhancedPacket({ interfaceId, timestampNs, originalLength, data });
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
