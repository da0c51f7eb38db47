/**
 * What all layers have in common: a window onto the packet's bytes.
 *
 * Layers are classes, and their fields are getters that read the bytes when
 * asked: a filter that looks at one port of a million packets must not pay for
 * formatting four million addresses.
 *
 * The fields are declared and assigned, not defined: the definition of a class
 * field costs V8 more than all the rest of decoding a layer.
 */
export abstract class BaseLayer<Type extends string> {
  /** Wireshark's abbreviation of the protocol: what display filters and `frame.protocols` say. */
  declare readonly type: Type;
  /** The whole packet, outermost header included; never copied. */
  declare readonly packet: Uint8Array;
  /** Where the header begins, in bytes from the start of the packet. */
  declare readonly offset: number;
  /** Bytes of the header with its options, without the payload. */
  declare readonly length: number;
  /**
   * Where the payload ends, in bytes from the start of the packet. What was on the
   * wire counts: with a short capture it lies beyond `packet.byteLength`.
   */
  declare readonly end: number;

  constructor(type: Type, packet: Uint8Array, offset: number, length: number, end: number) {
    this.type = type;
    this.packet = packet;
    this.offset = offset;
    this.length = length;
    this.end = end;
  }

  /** The header's own bytes; aliases the packet. */
  get header(): Uint8Array {
    return this.packet.subarray(this.offset, this.offset + this.length);
  }

  /** What the header carries, as far as it was captured; aliases the packet. */
  get payload(): Uint8Array {
    return this.packet.subarray(this.offset + this.length, this.end);
  }

  /** Bytes of the payload on the wire; more than `payload.byteLength` in a short capture. */
  get payloadLength(): number {
    return this.end - this.offset - this.length;
  }
}
