/**
 * The input of `iptables-restore --noflush`. There, a line that names a chain
 * creates it, *or empties it*: every chain named is rewritten, every other is left
 * alone. A table takes effect at its COMMIT, all at once.
 */

export interface TablePayload {
  readonly name: "filter" | "mangle" | "nat";
  readonly chains: readonly string[];
  /** `-A`, `-I` and `-X` lines, in order. */
  readonly rules: readonly string[];
}

export function renderPayload(tables: readonly TablePayload[]): string {
  return tables.map(renderTable).join("");
}

function renderTable({ name, chains, rules }: TablePayload): string {
  const declared = chains.map((chain) => `:${chain} - [0:0]`);
  return `${[`*${name}`, ...declared, ...rules, "COMMIT"].join("\n")}\n`;
}
