/**
 * HTTP/1.1 responses out of the bytes of a connection, in whatever pieces they come: for a client that has no event
 * loop to wait in.
 *
 *     HTTP/1.1 200 OK            RFC 9112
 *     Transfer-Encoding: chunked         section 7.1: length in hexadecimal, CRLF, bytes, CRLF; the last has length 0
 *     Content-Length: 42                 section 6.3
 */
import { DecodeError } from "../../base/podwire-error.ts";
import { ByteQueue } from "../pcap/byte-queue.ts";

const LF = 0x0a;
/** Go's limit for a head is 1 MiB. */
const LONGEST_LINE = 1_048_576;

type State =
  | { readonly type: "status" | "header" | "chunk size" | "chunk end" | "trailer" | "end" }
  | Counted;

interface Counted {
  readonly type: "body" | "chunk";
  readonly remaining: number;
}

/** Reads one response; make another for the next. */
export class HttpResponseReader {
  readonly #bytes = new ByteQueue();
  readonly #body: Uint8Array[] = [];
  #state: State = { type: "status" };
  #status = 0;
  #length = 0;
  #isChunked = false;

  /** 0 until it has come. */
  get status(): number {
    return this.#status;
  }

  get isComplete(): boolean {
    return this.#state.type === "end";
  }

  /** What has come of the body since this was asked last. */
  takeBody(): Uint8Array {
    return Buffer.concat(this.#body.splice(0));
  }

  /** @throws DecodeError for what is no response. */
  push(bytes: Uint8Array): void {
    this.#bytes.push(bytes);
    while (this.#state.type !== "end" && this.#advance());
  }

  /** False when more bytes must come first. */
  #advance(): boolean {
    const state = this.#state;
    if (state.type === "body" || state.type === "chunk") return this.#read(state);
    const line = this.#line();
    if (line === undefined) return false;
    this.#state = this.#after(line);
    return true;
  }

  #read({ type, remaining }: Counted): boolean {
    const length = Math.min(remaining, this.#bytes.available);
    if (length === 0) return false;
    this.#bytes.has(length);
    this.#body.push(this.#bytes.take(length).slice());
    const rest = remaining - length;
    this.#state = rest > 0 ? { type, remaining: rest } : afterBytes(type);
    return true;
  }

  #after(line: string): State {
    switch (this.#state.type) {
      case "status":
        this.#status = statusIn(line, this.#bytes.position);
        return { type: "header" };
      case "header":
        return line === "" ? this.#afterHead() : this.#header(line);
      case "chunk size":
        return this.#chunk(line);
      case "chunk end":
        return { type: "chunk size" };
      default:
        return line === "" ? { type: "end" } : { type: "trailer" };
    }
  }

  #header(line: string): State {
    const [name = "", value = ""] = line.split(/:[ \t]*/, 2);
    if (/^content-length$/i.test(name)) this.#length = Number(value);
    if (/^transfer-encoding$/i.test(name)) this.#isChunked = /chunked/i.test(value);
    return { type: "header" };
  }

  #afterHead(): State {
    if (this.#isChunked) return { type: "chunk size" };
    return this.#length > 0 ? { type: "body", remaining: this.#length } : { type: "end" };
  }

  #chunk(line: string): State {
    const length = /^[0-9a-f]{1,8}/i.exec(line);
    if (length === null) throw malformed("HTTP chunk size", this.#bytes.position);
    const remaining = Number.parseInt(length[0], 16);
    return remaining === 0 ? { type: "trailer" } : { type: "chunk", remaining };
  }

  /** Without its end; undefined while that has not come. */
  #line(): string | undefined {
    const length = Math.min(this.#bytes.available, LONGEST_LINE);
    this.#bytes.has(length);
    const view = this.#bytes.view(0, length);
    const end = view.indexOf(LF);
    if (end === -1) {
      if (length === LONGEST_LINE) throw malformed("HTTP line", this.#bytes.position);
      return undefined;
    }
    const text = Buffer.from(view.subarray(0, end)).toString("latin1");
    this.#bytes.skip(end + 1);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}

function afterBytes(type: "body" | "chunk"): State {
  return { type: type === "body" ? "end" : "chunk end" };
}

function statusIn(line: string, position: number): number {
  const found = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line);
  if (found === null) throw malformed("HTTP status line", position);
  return Number(found[1]);
}

function malformed(what: string, position: number): DecodeError {
  return new DecodeError("DECODE_MALFORMED", what, position);
}
