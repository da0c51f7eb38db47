/** A container's output in lines, as a container runtime writes it to its log. Pure. */

export type LogStream = "stdout" | "stderr";

export interface LogEntry {
  /** When its last byte came, nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly stream: LogStream;
  /** With the newline, where there is one: a long line is several entries, and the last may have no end. */
  readonly bytes: Uint8Array;
}

/** Longer lines are cut there, as CRI's are. */
export const MAX_ENTRY_BYTES = 16_384;

const NEWLINE = 0x0a;

/** Cuts what one of a container's streams says. */
export class LineCutter {
  #rest: Uint8Array = new Uint8Array();

  /** The lines that are whole now. Copies what it keeps. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const lines: Uint8Array[] = [];
    let input: Uint8Array =
      this.#rest.byteLength === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = endOfLine(input); end !== undefined; end = endOfLine(input)) {
      lines.push(Uint8Array.prototype.slice.call(input, 0, end));
      input = input.subarray(end);
    }
    this.#rest = Uint8Array.prototype.slice.call(input);
    return lines;
  }

  /** What is left when the stream has ended. */
  end(): Uint8Array | undefined {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest.byteLength === 0 ? undefined : rest;
  }
}

function endOfLine(input: Uint8Array): number | undefined {
  const newline = input.indexOf(NEWLINE);
  const isLong = newline === -1 ? input.byteLength >= MAX_ENTRY_BYTES : newline >= MAX_ENTRY_BYTES;
  if (isLong) return MAX_ENTRY_BYTES;
  return newline === -1 ? undefined : newline + 1;
}

export function endsLine({ bytes }: LogEntry): boolean {
  return bytes.at(-1) === NEWLINE;
}
