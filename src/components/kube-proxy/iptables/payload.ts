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

export function renderPayload(tables: readonly TablePayload[]): string {
  return tables.map(renderTable).join("");
}

function renderTable({ name, chains, rules }: TablePayload): string {
  const blocks = [`*${name}`, ...chains, ...rules, "COMMIT\n"].filter((block) => block !== "");
  return blocks.join("\n");
}
