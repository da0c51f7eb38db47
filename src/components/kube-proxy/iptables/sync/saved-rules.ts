/** What of ours a node's tables already hold, read from `iptables-save`. Rules of others are passed over. */

import type { JumpRule } from "../fixed-rules/jump-rules.ts";
import { isPerServiceChain } from "../service-rules/chain-names.ts";

export interface SavedRules {
  /** Chains of nat that belong to single Services and endpoints. */
  readonly serviceChains: ReadonlySet<string>;
  readonly jumps: ReadonlyArray<Pick<JumpRule, "table" | "from" | "to">>;
}

/** A node that nobody has touched. */
export const noSavedRules: SavedRules = { serviceChains: new Set(), jumps: [] };

export function readSavedRules(text: string): SavedRules {
  const serviceChains = new Set<string>();
  const jumps: Array<SavedRules["jumps"][number]> = [];
  let table = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1);
    const [, chain] = /^:(\S+)/.exec(line) ?? [];
    if (table === "nat" && chain !== undefined && isPerServiceChain(chain)) {
      serviceChains.add(chain);
    }
    const [, from, to] = /^-A ([A-Z]+) (?:.* )?-j (KUBE-\S+)$/.exec(line) ?? [];
    if (from !== undefined && to !== undefined && (table === "filter" || table === "nat")) {
      jumps.push({ table, from, to });
    }
  }
  return { serviceChains, jumps };
}

/** Those of `wanted` that are not among `jumps`. */
export function missingJumps(
  wanted: readonly JumpRule[],
  jumps: SavedRules["jumps"],
): readonly JumpRule[] {
  return wanted.filter(
    (jump) =>
      !jumps.some(
        ({ table, from, to }) => table === jump.table && from === jump.from && to === jump.to,
      ),
  );
}

/** kube-proxy's and kubelet's part: their chains, and the jumps into them. */
export function onlyKubeRules(text: string): string {
  return text
    .split("\n")
    .filter((line) => /^(\*|COMMIT|:KUBE-|-A KUBE-|-X KUBE-)/.test(line) || JUMP.test(line))
    .join("\n");
}

const JUMP = /^-[AI] [A-Z]+ .*-j KUBE-/;
