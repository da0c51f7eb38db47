/** The addresses that a rule speaks of, as an ipset. */
import { createHash } from "node:crypto";
import type { IpFamily } from "../../net/ip-address.ts";

/** Entries of a `hash:net`, in ipset's own notation: `10.244.1.3`, `10.0.0.0/8`, `10.1.0.0/16 nomatch`. */
export interface PeerSet {
  readonly name: string;
  readonly entries: readonly string[];
  /** @default ipv4 */
  readonly family?: IpFamily;
}

/** A set holds addresses of one family, and an empty one has none to tell it by. */
const prefixes = { ipv4: "KUBE-NP-", ipv6: "KUBE-NP6-" } as const;

/**
 * Named after what it holds: a set never changes, so rules are exchanged by naming another, and two rules about
 * the same addresses share one.
 */
export function peerSet(entries: readonly string[], family: IpFamily = "ipv4"): PeerSet {
  const sorted = [...new Set(entries)].sort();
  const digest = createHash("sha256").update(sorted.join("\n")).digest("hex");
  const name = `${prefixes[family]}${digest.slice(0, 16)}`;
  return { name, entries: sorted, ...(family === "ipv6" && { family }) };
}

/** For `ipset restore -exist`. */
export function renderPeerSets(sets: readonly PeerSet[]): string {
  return sets
    .flatMap(({ name, entries, family }) => [
      `create ${name} hash:net${family === "ipv6" ? " family inet6" : ""}`,
      ...entries.map((entry) => `add ${name} ${entry}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
