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
import { BaseLayer } from "./base-layer.ts";
import { u16 } from "./fields.ts";

export const UDP_HEADER_BYTES = 8;

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
