import { ByteQueue } from "../pcap/byte-queue.ts";
import { decodeFrame, FRAME_HEADER_BYTES, frameLength, type SpdyFrame } from "./frame.ts";

/** Frames out of a connection's bytes, whatever pieces they come in. */
export class FrameStream {
  readonly #bytes = new ByteQueue();

  /** Keeps the chunk; it must not be written to any more. */
  push(chunk: Uint8Array): void {
    this.#bytes.push(chunk);
  }

  /**
   * The next whole frame; undefined until more has come.
   *
   * @throws DecodeError for a frame that is none; there is no way to find the one after it.
   */
  next(): SpdyFrame | undefined {
    if (!this.#bytes.has(FRAME_HEADER_BYTES)) return undefined;
    const length = frameLength(this.#bytes.view(0, FRAME_HEADER_BYTES));
    return this.#bytes.has(length) ? decodeFrame(this.#bytes.take(length)) : undefined;
  }
}
