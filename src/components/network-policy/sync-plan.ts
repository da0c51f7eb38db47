/** From what a node has to what it should have: payloads, each for one run of a program. */
import { type PeerSet, renderPeerSets } from "./peer-set.ts";
import type { NodePolicies } from "./render-rules.ts";

/** What a node's kernel has of policies. */
export interface InstalledPolicies {
  readonly chains: ReadonlySet<string>;
  readonly sets: readonly PeerSet[];
  /** The last rules that were written. */
  readonly rules: string;
  readonly isHooked: boolean;
}

export const nothingInstalled: InstalledPolicies = {
  chains: new Set(),
  sets: [],
  rules: "",
  isHooked: false,
};

export interface PolicySync {
  /** For `ipset restore -exist`, before the rules; empty for none. */
  readonly newSets: string;
  /** For `iptables-restore --noflush`. */
  readonly rules: string;
  /** For `ipset restore`, after the rules: sets that no rule names any more; empty for none. */
  readonly oldSets: string;
  readonly after: InstalledPolicies;
}

/** Undefined when the node has what it should have. */
export function planSync(
  { chains, sets, entries, hook }: NodePolicies,
  installed: InstalledPolicies,
): PolicySync | undefined {
  const rules = [...chains.values()].flat().join("\n");
  if (rules === installed.rules) return undefined;
  const stale = [...installed.chains].filter((chain) => !chains.has(chain));
  // Empty they let everything pass.
  const kept = stale.filter((chain) => entries.includes(chain));
  const payload = [
    "*filter",
    ...[...chains.keys(), ...stale].map((chain) => `:${chain} - [0:0]`),
    ...(rules === "" ? [] : [rules]),
    ...(installed.isHooked || hook === "" ? [] : [hook]),
    ...stale.filter((chain) => !kept.includes(chain)).map((chain) => `-X ${chain}`),
    "COMMIT",
  ];
  const isIn = (list: readonly PeerSet[], { name }: PeerSet): boolean =>
    list.some((each) => each.name === name);
  return {
    newSets: renderPeerSets(sets.filter((set) => !isIn(installed.sets, set))),
    rules: `${payload.join("\n")}\n`,
    oldSets: installed.sets
      .filter((set) => !isIn(sets, set))
      .map(({ name }) => `destroy ${name}\n`)
      .join(""),
    after: { chains: new Set([...chains.keys(), ...kept]), sets, rules, isHooked: true },
  };
}
