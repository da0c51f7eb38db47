/**
 * How a probe says which one it is: a line in what it sends, or an HTTP header.
 *
 *     podwire-probe 5f3a9c\n
 *     X-Podwire-Probe: 5f3a9c
 *     podwire-discard 5f3a9c\n      and what follows is only to be counted
 */

/** In lower case, as Node has header names. */
export const probeHeader = "x-podwire-probe";

const marker = Buffer.from("podwire-probe ");
export const discardBeginning = "podwire-discard ";
const lineFeed = 0x0a;
/** Longer ones are not ours. */
const longestId = 64;
const longestLine = marker.length + longestId;

/** Finds probe lines in a byte stream, also those that are cut between two chunks. */
export class ProbeTokenScanner {
  /** The beginning of a line that may yet become a token. */
  #rest: Buffer = Buffer.alloc(0);

  /** The ids of the lines that `chunk` completes. */
  push(chunk: Buffer): readonly string[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const ids: string[] = [];
    let from = 0;
    for (;;) {
      const start = bytes.indexOf(marker, from);
      const end = start === -1 ? -1 : bytes.indexOf(lineFeed, start);
      if (end === -1) break;
      const id = parseId(bytes.subarray(start + marker.length, end));
      if (id !== undefined) ids.push(id);
      from = end + 1;
    }
    this.#rest = Buffer.from(unfinished(bytes.subarray(from)));
    return ids;
  }
}

/** The ids in one datagram, whose last line may lack its line feed. */
export function probeIdsIn(datagram: Buffer): readonly string[] {
  if (!datagram.includes(marker)) return [];
  return new ProbeTokenScanner().push(Buffer.concat([datagram, Buffer.of(lineFeed)]));
}

/** The id in a first line, without its line feed. */
export function parseDiscardLine(line: Buffer): string | undefined {
  return parseId(line.subarray(discardBeginning.length));
}

function parseId(bytes: Buffer): string | undefined {
  if (bytes.length > longestId + 1) return undefined;
  const id = bytes.toString("latin1").trimEnd();
  return /^[\x21-\x7e]{1,64}$/.test(id) ? id : undefined;
}

function unfinished(bytes: Buffer): Buffer {
  const line = bytes.subarray(bytes.lastIndexOf(lineFeed) + 1);
  const head = line.subarray(0, marker.length);
  const mayBecome = head.length > 0 && marker.subarray(0, head.length).equals(head);
  return mayBecome && line.length <= longestLine ? line : Buffer.alloc(0);
}
