/** The lines that one Service contributes, gathered port by port. */

/** Appended to in place: ten thousand Services have a quarter of a million lines, and lists of lists of them cost more than the lines. */
export interface RuleLines {
  /** Names of nat chains, in the order in which they are met. */
  readonly chains: string[];
  readonly filter: string[];
  /** Those of {@link nat} that every payload has. */
  readonly captures: string[];
  readonly nat: string[];
}

export function noLines(): RuleLines {
  return { chains: [], filter: [], captures: [], nat: [] };
}

/** Adds a rule that leads traffic from an address into the chains of its Service. */
export function addCapture(lines: RuleLines, rule: string): void {
  lines.captures.push(rule);
  lines.nat.push(rule);
}

/**
 * The lines as one text. Two strings put together are one only in name: the engine copies them when somebody
 * reads them, and every sync reads these.
 */
export function joinLines(lines: readonly string[]): string {
  return lines.length === 1 ? [...lines, ""].join("\n").slice(0, -1) : lines.join("\n");
}
