/**
 * The server's end of a SPDY/3.1 connection, as Kubernetes uses it: the client opens streams, each with a few headers,
 * and both ends write and half-close them.
 *
 * Nobody keeps accounts of windows: the clients (moby/spdystream) neither send WINDOW_UPDATE nor wait for one, so to
 * heed the protocol's windows would stop every transfer at 64 KiB. What holds a fast sender back is the
 * connection itself: it is not read while a stream has {@link STREAM_BUFFER_BYTES} that nobody has taken, and not
 * written to while it is full. So one stream that is stuck for good holds up the others, as with the real server.
 */
import { Duplex } from "node:stream";
import { encodeFrame, RstStatus, type SpdyFrame } from "../../../wire/spdy/frame.ts";
import { FrameStream } from "../../../wire/spdy/frame-stream.ts";
import type { SpdyHeaders } from "../../../wire/spdy/header-block.ts";
import { HeaderReader, HeaderWriter } from "../../../wire/spdy/header-compression.ts";

const STREAM_BUFFER_BYTES = 1024 * 1024;
/** Of one DATA frame; kubectl's own have half of it. */
const MAX_DATA_BYTES = 65_536;
/** More than any client opens, and few enough to forget one that only opens. */
const MAX_STREAMS = 4_096;

const noHeaders: SpdyHeaders = new Map();

export interface SpdyConnectionOptions {
  /** What the client speaks on: a socket, or a WebSocket's messages. The connection destroys it. */
  readonly transport: Duplex;
  /** What has come of it already. */
  readonly head: Uint8Array;
  readonly onStream: (stream: SpdyStream) => void;
}

export class SpdyConnection {
  /** Resolves when nothing more comes: the client has gone, or broke the protocol. */
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #frames = new FrameStream();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  #room: Promise<void> | undefined;

  constructor({ transport, head, onStream }: SpdyConnectionOptions) {
    this.#transport = transport;
    this.#onStream = onStream;
    // Told by the loop that reads.
    transport.on("error", () => undefined);
    this.#frames.push(Uint8Array.from(head));
    this.closed = this.#serve();
  }

  /** Sends what has been written, then closes. */
  async end(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => stream.flushed()));
    this.#transport.end();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  /** Resolves when there is room for more. */
  async send(frame: SpdyFrame): Promise<void> {
    if (this.#transport.destroyed || this.#transport.writableEnded) return;
    if (this.#transport.write(encodeFrame(frame))) return;
    this.#room ??= new Promise<void>((resolve) => {
      const done = (): void => {
        this.#transport.off("drain", done).off("close", done);
        this.#room = undefined;
        resolve();
      };
      this.#transport.once("drain", done).once("close", done);
    });
    await this.#room;
  }

  forget(streamId: number): void {
    this.#streams.delete(streamId);
  }

  async #serve(): Promise<void> {
    try {
      await this.#takeFrames();
      for await (const chunk of this.#transport as AsyncIterable<Uint8Array>) {
        this.#frames.push(chunk);
        await this.#takeFrames();
      }
    } catch {
      // Garbage, or a connection that broke: either way there is nobody left to tell.
    } finally {
      for (const stream of [...this.#streams.values()]) stream.breakOff();
      this.#transport.destroy();
      this.#reader[Symbol.dispose]();
      this.#writer[Symbol.dispose]();
    }
  }

  async #takeFrames(): Promise<void> {
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
      await this.#take(frame);
    }
  }

  async #take(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case "SYN_STREAM":
        await this.#open(frame);
        break;
      case "DATA":
        await this.#streams.get(frame.streamId)?.receive(frame.data, frame.fin);
        break;
      case "RST_STREAM":
        this.#streams.get(frame.streamId)?.breakOff();
        break;
      case "PING":
        // Those that we send have even numbers, and we send none.
        await this.send(frame);
        break;
      case "HEADERS":
      case "SYN_REPLY":
        // Read for the sake of the compression.
        await this.#reader.read(frame.headerBlock);
        break;
      case "GOAWAY":
      case "SETTINGS":
      case "WINDOW_UPDATE":
      case "unknown":
        break;
    }
  }

  async #open({
    streamId,
    fin,
    headerBlock,
  }: Extract<SpdyFrame, { readonly type: "SYN_STREAM" }>): Promise<void> {
    const headers = await this.#reader.read(headerBlock);
    if (this.#streams.has(streamId) || this.#streams.size >= MAX_STREAMS) {
      await this.send({ type: "RST_STREAM", streamId, status: RstStatus.REFUSED_STREAM });
      return;
    }
    const stream = new SpdyStream(this, streamId, headers);
    this.#streams.set(streamId, stream);
    const answer = await this.#writer.write(noHeaders);
    await this.send({ type: "SYN_REPLY", streamId, fin: false, headerBlock: answer });
    if (fin) await stream.receive(new Uint8Array(), true);
    this.#onStream(stream);
  }
}

/** One stream. Ending it half-closes it; destroying it resets it. */
export class SpdyStream extends Duplex {
  readonly headers: SpdyHeaders;
  readonly #connection: SpdyConnection;
  readonly #id: number;
  #isBroken = false;
  #takeMore: () => void = () => undefined;

  constructor(connection: SpdyConnection, id: number, headers: SpdyHeaders) {
    super({ allowHalfOpen: true, readableHighWaterMark: STREAM_BUFFER_BYTES });
    this.#connection = connection;
    this.#id = id;
    this.headers = headers;
    // Whoever uses it hears of it by the way it ends.
    this.on("error", () => undefined);
  }

  /** The first value of a header; "" when there is none. */
  header(name: string): string {
    return this.headers.get(name)?.[0] ?? "";
  }

  /** Takes what the client sent, and resolves when it may send more. */
  async receive(data: Uint8Array, fin: boolean): Promise<void> {
    if (this.destroyed || this.readableEnded) return;
    const hasRoom = data.byteLength === 0 || this.push(Buffer.from(data));
    if (fin) this.push(null);
    if (hasRoom || fin) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.off("close", done);
        this.#takeMore = () => undefined;
        resolve();
      };
      this.#takeMore = done;
      this.on("close", done);
    });
  }

  /** The client has reset it, or has gone. */
  breakOff(): void {
    this.#isBroken = true;
    this.destroy();
  }

  /** Resolves when it is closed, or all that was written has been handed on. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.destroyed || this.writableFinished) resolve();
      else this.once("finish", resolve).once("close", resolve);
    });
  }

  override _read(): void {
    this.#takeMore();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#sendAll(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    const fin = { type: "DATA", streamId: this.#id, fin: true, data: new Uint8Array() } as const;
    this.#connection.send(fin).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#connection.forget(this.#id);
    const isWhole = this.readableEnded && this.writableFinished;
    if (isWhole || this.#isBroken) {
      done(error);
      return;
    }
    const reset = { type: "RST_STREAM", streamId: this.#id, status: RstStatus.CANCEL } as const;
    this.#connection.send(reset).then(() => done(error), done);
  }

  async #sendAll(chunk: Uint8Array): Promise<void> {
    for (let start = 0; start < chunk.byteLength; start += MAX_DATA_BYTES) {
      const data = chunk.subarray(start, start + MAX_DATA_BYTES);
      await this.#connection.send({ type: "DATA", streamId: this.#id, fin: false, data });
    }
  }
}
