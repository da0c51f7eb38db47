/** The ends of a packet: bytes that nobody here decodes, and bytes that cannot be. */
import { BaseLayer } from "./base-layer.ts";

/** What no protocol here claims; `payload` has the bytes, as far as captured. */
export class DataLayer extends BaseLayer<"data"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("data", packet, offset, 0, end);
  }
}

/** What the bytes should have been: a layer's tag. */
export type UnreadableType = "malformed" | "short";

/**
 * The layer that could not be read, and so the last one.
 *
 * `malformed`: the bytes on the wire break their own format. `short`: the
 * capture has fewer bytes than were on the wire (a snap length, or the quotation
 * in an ICMP error), and nobody can say.
 */
export class UnreadableLayer<Type extends UnreadableType> extends BaseLayer<Type> {
  /** Wireshark's abbreviation of the protocol that should have been here. */
  declare readonly protocol: string;
  /** Lower case, without a full stop: `header length 16, at least 20 needed`. */
  declare readonly reason: string;

  constructor(
    type: Type,
    packet: Uint8Array,
    offset: number,
    end: number,
    protocol: string,
    reason: string,
  ) {
    super(type, packet, offset, 0, end);
    this.protocol = protocol;
    this.reason = reason;
  }
}

export type MalformedLayer = UnreadableLayer<"malformed">;
export type ShortLayer = UnreadableLayer<"short">;
