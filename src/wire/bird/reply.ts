/**
 * What a BIRD answers on its control socket, after the programmer's guide's chapter on the CLI. Every line begins with a number of
 * four digits and a dash, and the last with a space instead; a line without a number belongs to the one before.
 *
 *     0001 BIRD 2.0.12 ready.
 *     1002-device1    Device     ---        up
 *      direct1    Direct     ---        up
 *     0000
 */

export interface BirdReply {
  /** 0 to 999: done; 1000 to 7999: a table; 8000 and up: an error. */
  readonly code: number;
  readonly lines: readonly string[];
  /** How many characters of the text it took. */
  readonly length: number;
}

/** 8xxx: refused while running, 9xxx: not understood. */
const FIRST_ERROR = 8_000;

export function isBirdError({ code }: BirdReply): boolean {
  return code >= FIRST_ERROR;
}

/** The first whole reply of what has come so far; undefined while its last line is missing. */
export function parseBirdReply(text: string): BirdReply | undefined {
  const lines: string[] = [];
  let length = 0;
  for (;;) {
    const end = text.indexOf("\n", length);
    if (end === -1) return undefined;
    const line = text.slice(length, end);
    length = end + 1;
    const numbered = /^(\d{4})([ -])(.*)$/.exec(line);
    lines.push(numbered?.[3] ?? line.replace(/^ /, ""));
    if (numbered?.[2] === " ") return { code: Number(numbered[1]), lines, length };
  }
}
