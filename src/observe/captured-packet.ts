import type { FrameFacts } from "../wire/filter/field.ts";
import { decodePacket } from "../wire/packet/packet.ts";
import { defaultVxlanPorts } from "../wire/packet/transport/well-known-port.ts";

/** One packet as one interface saw it. */
export interface CapturedPacket {
  /** `node01:eth0`, `vote/redis-0:eth0`. */
  readonly interfaceName: string;
  /** One of wire/packet/link/link-type.ts. */
  readonly linkType: number;
  /** Nanoseconds since the epoch, by the kernel's clock. */
  readonly timestampNs: bigint;
  /** Bytes on the wire; `data` may be fewer. */
  readonly originalLength: number;
  readonly data: Uint8Array;
}

/** Weave Net's fast datapath. */
const WEAVE_VXLAN_PORT = 6784;
/** Every port that carries VXLAN in one of podwire's pod networks. */
const vxlanPorts = [...defaultVxlanPorts, WEAVE_VXLAN_PORT];

/** Decodes the packets, numbered in the order given: what display filters are asked about. */
export function decodeCaptured(
  packets: readonly CapturedPacket[],
  firstNumber = 1,
): readonly FrameFacts[] {
  return packets.map(({ linkType, ...packet }, index) => ({
    ...packet,
    number: firstNumber + index,
    layers: decodePacket(packet.data, linkType, {
      originalLength: packet.originalLength,
      vxlanPorts,
    }),
  }));
}
