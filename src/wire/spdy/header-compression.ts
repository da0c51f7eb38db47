/**
 * The compression of SPDY header blocks: one zlib stream for each direction of a connection, flushed after every
 * block. A block cannot be read without all that came before it.
 */
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { DecodeError } from "../../base/podwire-error.ts";
import { decodeHeaderBlock, encodeHeaderBlock, type SpdyHeaders } from "./header-block.ts";
import { headerDictionary } from "./header-dictionary.ts";

/** Of one block, uncompressed: many times what kubectl sends. More is an attack on memory. */
const MAX_BLOCK_BYTES = 65_536;

/** One direction, from the wire. Blocks must be read one after the other: await each. */
export class HeaderReader implements Disposable {
  readonly #inflate: Inflate = createInflate({
    dictionary: headerDictionary,
    flush: constants.Z_SYNC_FLUSH,
  });
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor() {
    this.#inflate.on("data", (piece: Uint8Array) => {
      this.#length += piece.byteLength;
      if (this.#length > MAX_BLOCK_BYTES) this.#inflate.destroy(tooLong());
      else this.#pieces.push(piece);
    });
    // Told to whoever waits for a block.
    this.#inflate.on("error", () => undefined);
  }

  /** @throws DecodeError for what zlib or the block's own form refuses. */
  async read(block: Uint8Array): Promise<SpdyHeaders> {
    await new Promise<void>((resolve, reject) => {
      if (this.#inflate.destroyed) {
        reject(malformed(undefined));
        return;
      }
      const fail = (error: Error): void => reject(malformed(error));
      this.#inflate.once("error", fail);
      this.#inflate.write(block, (error) => {
        this.#inflate.off("error", fail);
        if (error) fail(error);
        else resolve();
      });
    });
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return decodeHeaderBlock(whole);
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy();
  }
}

/** The other direction. Blocks must be sent in the order in which they were written: await each. */
export class HeaderWriter implements Disposable {
  readonly #deflate: Deflate = createDeflate({ dictionary: headerDictionary });
  #pieces: Uint8Array[] = [];

  constructor() {
    this.#deflate.on("data", (piece: Uint8Array) => this.#pieces.push(piece));
    // Only its end could fail, and then nobody waits.
    this.#deflate.on("error", () => undefined);
  }

  async write(headers: SpdyHeaders): Promise<Uint8Array> {
    this.#deflate.write(encodeHeaderBlock(headers));
    await new Promise<void>((resolve) => {
      this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    const block = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return block;
  }

  [Symbol.dispose](): void {
    this.#deflate.destroy();
  }
}

function malformed(cause: Error | undefined): DecodeError {
  const why = cause === undefined ? "" : ` (${cause.message})`;
  return new DecodeError("DECODE_MALFORMED", `SPDY header block${why}`, 0);
}

function tooLong(): Error {
  return new Error(`longer than ${MAX_BLOCK_BYTES} bytes`);
}
