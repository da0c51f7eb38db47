/** The addresses that a rule speaks of, as an ipset. */
import { createHash } from "node:crypto";

/** Entries of a `hash:net`, in ipset's own notation: `10.244.1.3`, `10.0.0.0/8`, `10.1.0.0/16 nomatch`. */
export interface PeerSet {
  readonly name: string;
  readonly entries: readonly string[];
}

/**
 * Named after what it holds: a set never changes, so rules are exchanged by naming another, and two rules about
 * the same addresses share one.
 */
export function peerSet(entries: readonly string[]): PeerSet {
  const sorted = [...new Set(entries)].sort();
  const digest = createHash("sha256").update(sorted.join("\n")).digest("hex");
  return { name: `KUBE-NP-${digest.slice(0, 16)}`, entries: sorted };
}

/** For `ipset restore -exist`. */
export function renderPeerSets(sets: readonly PeerSet[]): string {
  return sets
    .flatMap(({ name, entries }) => [
      `create ${name} hash:net`,
      ...entries.map((entry) => `add ${name} ${entry}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
