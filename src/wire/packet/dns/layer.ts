import { BaseLayer } from "../base-layer.ts";
import type { DnsMessage } from "./message.ts";

/**
 * One DNS message. Over TCP its header includes the two bytes of length that
 * precede it, and a segment with several messages has several of these layers.
 */
export class DnsLayer extends BaseLayer<"dns" | "mdns"> {
  readonly message: DnsMessage;

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
