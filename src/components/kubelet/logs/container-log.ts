import { LineCutter, type LogEntry, type LogStream } from "./log-lines.ts";

/** What is kept of one run of a container, unless told otherwise. kubelet's own limit on disk is 10 MiB. */
const USUAL_MAX_BYTES = 4 * 1024 * 1024;
/** What an entry costs beside its bytes. */
const ENTRY_OVERHEAD_BYTES = 128;

export interface ContainerLogOptions {
  readonly maxBytes?: number;
  /** Nanoseconds since the epoch. */
  readonly nowNs?: () => bigint;
}

/** The output of one run of a container: the last of it, with times, for those who read and those who follow. */
export class ContainerLog {
  readonly #maxBytes: number;
  readonly #nowNs: () => bigint;
  readonly #cutters = { stdout: new LineCutter(), stderr: new LineCutter() };
  readonly #listeners = new Set<() => void>();
  #entries: LogEntry[] = [];
  /** The number of the first entry that is kept, counted from the first that ever was. */
  #first = 0;
  #bytes = 0;
  #hasEnded = false;

  constructor({ maxBytes = USUAL_MAX_BYTES, nowNs = clockNs }: ContainerLogOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#nowNs = nowNs;
  }

  /** Nothing comes any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The number that the next entry will have. */
  get next(): number {
    return this.#first + this.#entries.length;
  }

  /** Keeps a copy. */
  write(stream: LogStream, chunk: Uint8Array): void {
    if (this.#hasEnded) return;
    for (const bytes of this.#cutters[stream].push(chunk)) this.#add(stream, bytes);
    this.#tell();
  }

  /** Safe to call twice. */
  end(): void {
    if (this.#hasEnded) return;
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#cutters[stream].end();
      if (rest !== undefined) this.#add(stream, rest);
    }
    this.#hasEnded = true;
    this.#tell();
  }

  /** From the entry of that number on, or the first that is still kept. */
  from(number: number): readonly LogEntry[] {
    return this.#entries.slice(Math.max(0, number - this.#first));
  }

  /** Resolves when there is an entry of that number, when nothing comes any more, or when the signal aborts. */
  reaches(number: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.next <= number && !this.#hasEnded && !signal.aborted) return;
        this.#listeners.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#listeners.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  #add(stream: LogStream, bytes: Uint8Array): void {
    this.#entries.push({ timeNs: this.#nowNs(), stream, bytes });
    this.#bytes += bytes.byteLength + ENTRY_OVERHEAD_BYTES;
    if (this.#bytes > this.#maxBytes) this.#forget();
  }

  /** A quarter at once, so that a full log does not move all its entries at each line. */
  #forget(): void {
    let dropped = 0;
    while (this.#bytes > this.#maxBytes * 0.75 && dropped < this.#entries.length) {
      this.#bytes -= (this.#entries[dropped]?.bytes.byteLength ?? 0) + ENTRY_OVERHEAD_BYTES;
      dropped++;
    }
    this.#entries = this.#entries.slice(dropped);
    this.#first += dropped;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const startedAtNs = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

/** Finer than Date.now, and never backwards. */
function clockNs(): bigint {
  return startedAtNs + process.hrtime.bigint();
}
