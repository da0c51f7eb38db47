/** The addresses that a rule speaks of, as an ipset. */
import { createHash } from "node:crypto";
import type { IpFamily } from "../../net/ip-address.ts";

/** `net`: `10.244.1.3`, `10.0.0.0/8`, `10.1.0.0/16 nomatch`. `ip,port`: `10.244.1.3,tcp:5432`. */
type SetType = "net" | "ip,port";

/** Entries in ipset's own notation. */
export interface PeerSet {
  readonly name: string;
  readonly type: SetType;
  readonly entries: readonly string[];
  /** @default ipv4 */
  readonly family?: IpFamily;
}

/** How sets are called: as others on the node call theirs. */
export type SetNaming = "kube" | "felix";

/** A set holds addresses of one family, and an empty one has none to tell it by. Felix's `s` is of a selector, its `n` of a named port. */
const prefixes: Readonly<Record<SetNaming, Record<IpFamily, Record<SetType, string>>>> = {
  kube: {
    ipv4: { net: "KUBE-NP-", "ip,port": "KUBE-NP-PORT-" },
    ipv6: { net: "KUBE-NP6-", "ip,port": "KUBE-NP6-PORT-" },
  },
  felix: {
    ipv4: { net: "cali40s:", "ip,port": "cali40n:" },
    ipv6: { net: "cali60s:", "ip,port": "cali60n:" },
  },
};

/** The kernel's. */
const MAX_NAME_LENGTH = 31;

export interface SetOptions {
  /** @default ipv4 */
  readonly family?: IpFamily | undefined;
  /** @default kube */
  readonly naming?: SetNaming | undefined;
  /** @default net */
  readonly type?: SetType | undefined;
}

/**
 * Named after what it holds: a set never changes, so rules are exchanged by naming another, and two rules about
 * the same addresses share one.
 */
export function peerSet(
  entries: readonly string[],
  { family = "ipv4", naming = "kube", type = "net" }: SetOptions = {},
): PeerSet {
  const sorted = [...new Set(entries)].sort();
  const hash = createHash("sha256").update(sorted.join("\n"));
  const digest = naming === "felix" ? hash.digest("base64url") : hash.digest("hex").slice(0, 16);
  const name = `${prefixes[naming][family][type]}${digest}`.slice(0, MAX_NAME_LENGTH);
  return { name, type, entries: sorted, ...(family === "ipv6" && { family }) };
}

/** For `ipset restore -exist`. */
export function renderPeerSets(sets: readonly PeerSet[]): string {
  return sets
    .flatMap(({ name, type, entries, family }) => [
      `create ${name} hash:${type}${family === "ipv6" ? " family inet6" : ""}`,
      ...entries.map((entry) => `add ${name} ${entry}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
