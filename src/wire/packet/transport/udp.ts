/**
 * UDP header, RFC 768. 8 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          source port          |       destination port        |
 *    +-------------------------------+-------------------------------+
 *    |            length             |           checksum            |
 *    +-------------------------------+-------------------------------+
 */
import { BaseLayer } from "../base-layer.ts";
import { type AddressPair, transportChecksum } from "../checksum.ts";
import { u16 } from "../fields.ts";
import { IPPROTO_UDP } from "../internet/ip-protocol.ts";
import { STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfUdpPorts } from "./well-known-port.ts";

const UDP_HEADER_BYTES = 8;

export class UdpLayer extends BaseLayer<"udp"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("udp", packet, offset, UDP_HEADER_BYTES, end);
  }

  get sourcePort(): number {
    return u16(this.packet, this.offset);
  }

  get destinationPort(): number {
    return u16(this.packet, this.offset + 2);
  }

  /** As the header says: header and payload. */
  get declaredLength(): number {
    return u16(this.packet, this.offset + 4);
  }

  /** 0 means that the sender computed none, which VXLAN over IPv4 does. */
  get checksum(): number {
    return u16(this.packet, this.offset + 6);
  }
}

export function walkUdp(walk: Walk): Step {
  if (!walk.has(UDP_HEADER_BYTES)) return walk.missing(UDP_HEADER_BYTES, "udp", "UDP header");
  const { packet, offset } = walk;
  const length = u16(packet, offset + 4);
  if (length < UDP_HEADER_BYTES) {
    walk.layers.push(new UdpLayer(packet, offset, offset + UDP_HEADER_BYTES));
    return walk.malformed("udp", `length ${length}, at least 8 needed`);
  }
  // A length beyond the container is that of the whole datagram, in its first fragment.
  if (offset + length < walk.end) walk.end = offset + length;
  const layer = new UdpLayer(packet, offset, walk.end);
  walk.layers.push(layer);
  walk.offset += UDP_HEADER_BYTES;
  if (!walk.has(1)) return STEP_END;
  return stepOfUdpPorts(layer.sourcePort, layer.destinationPort, walk.vxlanPorts);
}

export interface UdpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** What the checksum covers beside the datagram; without them there is none, which IPv4 allows. */
  readonly addresses?: AddressPair;
}

export function encodeUdp(
  { sourcePort, destinationPort, addresses }: UdpFields,
  payload: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(UDP_HEADER_BYTES + payload.byteLength);
  const view = new DataView(output.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, output.byteLength);
  output.set(payload, UDP_HEADER_BYTES);
  if (addresses !== undefined) {
    // "If the computed checksum is zero, it is transmitted as all ones" (RFC 768).
    view.setUint16(6, transportChecksum(addresses, IPPROTO_UDP, output) || 0xffff);
  }
  return output;
}
