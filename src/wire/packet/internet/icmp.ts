/**
 * ICMP, RFC 792. 8 bytes, of which the last four depend on the type.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     type      |     code      |           checksum            |
 *    +---------------+---------------+-------------------------------+
 *    |  echo: identifier             |  echo: sequence number        |
 *    |  unreachable: unused, length  |  code 4: next-hop MTU         |
 *    |  redirect: the better gateway                                 |
 *    +-------------------------------+-------------------------------+
 *
 * Errors (3 destination unreachable, 4 source quench, 5 redirect, 11 time
 * exceeded, 12 parameter problem) quote the packet that caused them, which
 * follows as further layers.
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import { ipv4At } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { internetChecksum } from "../checksum.ts";
import { u8, u16 } from "../fields.ts";
import { STEP_DATA, STEP_END, STEP_IPV4, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";

const ICMP_HEADER_BYTES = 8;
const ICMP_ECHO_REPLY = 0;
const ICMP_DEST_UNREACH = 3;
const ICMP_SOURCE_QUENCH = 4;
const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
const ICMP_TIME_EXCEEDED = 11;
const ICMP_PARAMETERPROB = 12;
const ICMP_TIMESTAMP = 13;
const ICMP_ADDRESSREPLY = 18;
/** The code of destination unreachable that carries a next-hop MTU, RFC 1191 §4. */
const ICMP_FRAG_NEEDED = 4;

export class IcmpLayer extends BaseLayer<"icmp"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("icmp", packet, offset, ICMP_HEADER_BYTES, end);
  }

  /** The ICMP type; `type` is the layer's. */
  get icmpType(): number {
    return u8(this.packet, this.offset);
  }

  get code(): number {
    return u8(this.packet, this.offset + 1);
  }

  get checksum(): number {
    return u16(this.packet, this.offset + 2);
  }

  get isEcho(): boolean {
    return this.icmpType === ICMP_ECHO || this.icmpType === ICMP_ECHO_REPLY;
  }

  /** Which ping: of echo requests and replies, and of the other questions that have answers. */
  get identifier(): number | undefined {
    return this.#isQuestion ? u16(this.packet, this.offset + 4) : undefined;
  }

  get sequence(): number | undefined {
    return this.#isQuestion ? u16(this.packet, this.offset + 6) : undefined;
  }

  /** Echo, timestamp, information and address mask, each a request and a reply. */
  get #isQuestion(): boolean {
    return this.isEcho || (this.icmpType >= ICMP_TIMESTAMP && this.icmpType <= ICMP_ADDRESSREPLY);
  }

  /** Of "fragmentation needed": the largest packet that fits. */
  get nextHopMtu(): number | undefined {
    return this.icmpType === ICMP_DEST_UNREACH && this.code === ICMP_FRAG_NEEDED
      ? u16(this.packet, this.offset + 6)
      : undefined;
  }

  /** Of a redirect: the router to use instead. */
  get gateway(): IpAddress | undefined {
    return this.icmpType === ICMP_REDIRECT ? ipv4At(this.packet, this.offset + 4) : undefined;
  }
}

const quotingTypes: ReadonlySet<number> = new Set([
  ICMP_DEST_UNREACH,
  ICMP_SOURCE_QUENCH,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  ICMP_PARAMETERPROB,
]);

export function walkIcmp(walk: Walk): Step {
  if (!walk.has(ICMP_HEADER_BYTES)) return walk.missing(ICMP_HEADER_BYTES, "icmp", "ICMP header");
  const layer = new IcmpLayer(walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += ICMP_HEADER_BYTES;
  if (layer.isEcho) return STEP_DATA;
  if (!quotingTypes.has(layer.icmpType) || walk.isEmpty) return STEP_END;
  walk.inQuotation = true;
  return STEP_IPV4;
}

export interface IcmpFields {
  readonly icmpType: number;
  readonly code?: number;
  /** The third and fourth word: identifier and sequence of an echo, nothing and MTU of an error. */
  readonly words?: readonly [number, number];
}

/** The header with its checksum and, behind it, the payload. */
export function encodeIcmp(
  { icmpType, code = 0, words = [0, 0] }: IcmpFields,
  payload: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(ICMP_HEADER_BYTES + payload.byteLength);
  const view = new DataView(output.buffer);
  view.setUint8(0, icmpType);
  view.setUint8(1, code);
  view.setUint16(4, words[0]);
  view.setUint16(6, words[1]);
  output.set(payload, ICMP_HEADER_BYTES);
  view.setUint16(2, internetChecksum(output));
  return output;
}
