import type { Writable } from "node:stream";

/** Values as lines of JSON. What one turn of the event loop tells goes out in one write: a lab of a thousand pods has much to tell. */
export class LineWriter {
  readonly #stream: Writable;
  #pending = "";

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(value: unknown): void {
    if (this.#pending === "") setImmediate(() => this.#flush());
    this.#pending += `${JSON.stringify(value)}\n`;
  }

  /** Nothing comes after it. */
  end(): void {
    this.#flush();
    this.#stream.end();
  }

  #flush(): void {
    if (this.#pending !== "" && !this.#stream.destroyed) this.#stream.write(this.#pending);
    this.#pending = "";
  }
}
