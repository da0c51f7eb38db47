/** A client of SPDY for tests: opens streams as kubectl does, and keeps what comes. */
import { request } from "node:http";
import type { Socket } from "node:net";
import { encodeFrame, type SpdyFrame } from "../../../wire/spdy/frame.ts";
import { FrameStream } from "../../../wire/spdy/frame-stream.ts";
import { HeaderReader, HeaderWriter } from "../../../wire/spdy/header-compression.ts";

export interface SpdyAnswer {
  /** By stream: all the data that came. */
  readonly received: Map<number, string>;
  /** Streams that the server has half-closed, and those it has reset. */
  readonly finished: Set<number>;
  readonly reset: Set<number>;
}

export class SpdyClient {
  readonly protocol: string;
  readonly answer: SpdyAnswer = { received: new Map(), finished: new Set(), reset: new Set() };
  readonly closed: Promise<void>;
  readonly socket: Socket;
  readonly #frames = new FrameStream();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  #lastId = -1;

  private constructor(socket: Socket, head: Buffer, protocol: string) {
    this.socket = socket;
    this.protocol = protocol;
    this.#frames.push(Uint8Array.from(head));
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()));
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  /** @throws Error with the answer's text when the server does not upgrade. */
  static connect(url: string, protocols: readonly string[]): Promise<SpdyClient> {
    return new Promise((resolve, reject) => {
      const asking = request(url, {
        method: "POST",
        headers: {
          Connection: "Upgrade",
          Upgrade: "SPDY/3.1",
          ...(protocols.length > 0 && { "X-Stream-Protocol-Version": [...protocols] }),
        },
      });
      asking.on("upgrade", (response, socket, head) => {
        const protocol = String(response.headers["x-stream-protocol-version"]);
        // Over plain HTTP.
        resolve(new SpdyClient(socket as Socket, head, protocol));
      });
      asking.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.on("end", () => reject(new Error(`${response.statusCode} ${text}`)));
      });
      asking.on("error", reject);
      asking.end();
    });
  }

  /** Opens a stream; resolves with its number. */
  async open(headers: Readonly<Record<string, string>>): Promise<number> {
    this.#lastId += 2;
    const streamId = this.#lastId;
    const values = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]));
    this.send({
      type: "SYN_STREAM",
      streamId,
      associatedStreamId: 0,
      priority: 0,
      fin: false,
      unidirectional: false,
      headerBlock: await this.#writer.write(values),
    });
    return streamId;
  }

  send(frame: SpdyFrame): void {
    this.socket.write(encodeFrame(frame));
  }

  write(streamId: number, text: string, { fin = false }: { readonly fin?: boolean } = {}): void {
    this.send({ type: "DATA", streamId, fin, data: Buffer.from(text) });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
    this.#reader[Symbol.dispose]();
    this.#writer[Symbol.dispose]();
  }

  #take(chunk: Buffer): void {
    this.#frames.push(Uint8Array.from(chunk));
    const { received, finished, reset } = this.answer;
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
      if (frame.type === "DATA") {
        const former = received.get(frame.streamId) ?? "";
        received.set(frame.streamId, former + Buffer.from(frame.data).toString());
        if (frame.fin) finished.add(frame.streamId);
      } else if (frame.type === "RST_STREAM") reset.add(frame.streamId);
    }
  }
}
