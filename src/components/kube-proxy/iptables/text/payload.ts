/**
 * The input of `iptables-restore --noflush`. There, a line that names a chain
 * creates it, *or empties it*: every chain named is rewritten, every other is left
 * alone. A table takes effect at its COMMIT, all at once.
 */

export interface TablePayload {
  readonly name: "filter" | "mangle" | "nat";
  /** {@link chainLine}s, or several of them with line ends between. */
  readonly chains: readonly string[];
  /** `-A`, `-I` and `-X` lines in order, likewise; empty texts are left out. */
  readonly rules: readonly string[];
}

/** `:KUBE-SERVICES - [0:0]`. */
export function chainLine(chain: string): string {
  return `:${chain} - [0:0]`;
}

/** `KUBE-SERVICES`, of its {@link chainLine}. */
export function chainOfLine(line: string): string {
  return line.slice(1, line.indexOf(" "));
}

export function renderPayload(tables: readonly TablePayload[]): string {
  const blocks: string[] = [];
  for (const { name, chains, rules } of tables) {
    blocks.push(`*${name}`);
    for (const block of chains) if (block !== "") blocks.push(block);
    for (const block of rules) if (block !== "") blocks.push(block);
    blocks.push("COMMIT");
  }
  // The last line end by join, too: of a text that something is added to, the next reader makes a copy.
  blocks.push("");
  return blocks.join("\n");
}
