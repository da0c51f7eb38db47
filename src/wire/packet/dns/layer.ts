import { DecodeError } from "../../../base/podwire-error.ts";
import { BaseLayer } from "../base-layer.ts";
import { u16 } from "../fields.ts";
import { STEP_DATA, STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { decodeDns } from "./decode.ts";
import type { DnsMessage } from "./message.ts";

/**
 * One DNS message. Over TCP its header includes the two bytes of length that
 * precede it, and a segment with several messages has several of these layers.
 */
export class DnsLayer extends BaseLayer<"dns" | "mdns"> {
  declare readonly message: DnsMessage;

  constructor(
    type: "dns" | "mdns",
    packet: Uint8Array,
    offset: number,
    end: number,
    message: DnsMessage,
  ) {
    super(type, packet, offset, end - offset, end);
    this.message = message;
  }
}

/** The size of the length that precedes a message over TCP, RFC 1035 §4.2.2. */
const TCP_LENGTH_BYTES = 2;

export function walkDns(walk: Walk, type: "dns" | "mdns"): Step {
  readMessage(walk, type, walk.offset, walk.end);
  return STEP_END;
}

/** Every whole message of a segment; what is left is the begin of one that later segments finish. */
export function walkDnsOverTcp(walk: Walk): Step {
  while (walk.has(TCP_LENGTH_BYTES)) {
    const start = walk.offset + TCP_LENGTH_BYTES;
    const end = start + u16(walk.packet, walk.offset);
    if (end > walk.available) return STEP_DATA;
    if (!readMessage(walk, "dns", start, end)) return STEP_END;
    walk.offset = end;
  }
  return STEP_DATA;
}

/** False when the message could not be read: its place is then taken by an unreadable layer. */
function readMessage(walk: Walk, type: "dns" | "mdns", start: number, end: number): boolean {
  const { packet } = walk;
  try {
    const message = decodeDns(packet.subarray(start, end));
    walk.layers.push(new DnsLayer(type, packet, walk.offset, end, message));
    return true;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const isCut = error.code === "DECODE_TRUNCATED" && end > packet.byteLength;
    if (isCut || walk.inQuotation) walk.short(type, error.message);
    else walk.malformed(type, error.message);
    return false;
  }
}
