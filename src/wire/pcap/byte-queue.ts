/** A stream's bytes in order, whatever pieces they came in. */
import { swap32, u16, u32 } from "../packet/fields.ts";

export class ByteQueue {
  #head: Uint8Array = new Uint8Array();
  /** Where in `#head` the next byte is. */
  #start = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #position = 0;

  /** Bytes that can be taken. */
  get available(): number {
    return this.#head.byteLength - this.#start + this.#tailBytes;
  }

  /** How many bytes of the stream have been taken: for messages about the one that comes next. */
  get position(): number {
    return this.#position;
  }

  /** Keeps the chunk; it must not be written to any more. */
  push(chunk: Uint8Array): void {
    // A plain array whatever the caller has: views of a Buffer are Buffers, and slower.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#start === this.#head.byteLength && this.#tailBytes === 0) {
      this.#head = bytes;
      this.#start = 0;
    } else {
      this.#tail.push(bytes);
      this.#tailBytes += bytes.byteLength;
    }
  }

  /** The 32 bits at `offset` from the next byte on; {@link has} must have granted them. */
  u32(offset: number, littleEndian: boolean): number {
    const head = this.#head;
    const at = this.#start + offset;
    const big = u32(head, at);
    return littleEndian ? swap32(big) : big;
  }

  /** The 16 bits at `offset` from the next byte on; {@link has} must have granted them. */
  u16(offset: number, littleEndian: boolean): number {
    const big = u16(this.#head, this.#start + offset);
    return littleEndian ? ((big & 0xff) << 8) | (big >>> 8) : big;
  }

  /** The next bytes; {@link has} must have granted them. They alias what was pushed. */
  take(length: number): Uint8Array {
    const start = this.#start;
    this.skip(length);
    return this.#head.subarray(start, this.#start);
  }

  /** Bytes from `offset` from the next byte on, without taking them; {@link has} must have granted them. */
  view(offset: number, length: number): Uint8Array {
    const start = this.#start + offset;
    return this.#head.subarray(start, start + length);
  }

  /** Leaves out the next bytes; {@link has} must have granted them. */
  skip(length: number): void {
    this.#start += length;
    this.#position += length;
  }

  /**
   * True when this many bytes have come and were not taken.
   *
   * Joins pieces only when what is wanted lies in several.
   */
  has(length: number): boolean {
    const inHead = this.#head.byteLength - this.#start;
    if (length <= inHead) return true;
    if (length > inHead + this.#tailBytes) return false;
    const joined = new Uint8Array(inHead + this.#tailBytes);
    joined.set(this.#head.subarray(this.#start));
    let offset = inHead;
    for (const piece of this.#tail) {
      joined.set(piece, offset);
      offset += piece.byteLength;
    }
    this.#head = joined;
    this.#start = 0;
    this.#tail = [];
    this.#tailBytes = 0;
    return true;
  }
}
