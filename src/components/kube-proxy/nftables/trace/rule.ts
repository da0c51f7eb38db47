/** One rule as a value: what it asks of a packet, and what it does with one that fits. */
import type { Cidr } from "../../../../net/cidr.ts";

export interface Rule {
  readonly chain: string;
  /** As it was read, without the comment's meaning: `ip saddr 10.244.1.2 jump mark-for-masquerade`. */
  readonly text: string;
  /** All must hold. */
  readonly matches: readonly Match[];
  /** A rule without one does nothing but remember. */
  readonly action: Action | undefined;
}

export type Match =
  | {
      readonly type: "address";
      readonly side: "source" | "destination";
      readonly blocks: readonly Cidr[];
      readonly negated: boolean;
    }
  /** `ip daddr @cluster-ips`: the address is an element of the set. */
  | { readonly type: "set"; readonly side: "source" | "destination"; readonly set: string }
  /** `iifname cni0`, or `iifname veth*` for all whose name begins so. */
  | { readonly type: "inInterface"; readonly name: string; readonly negated: boolean }
  | { readonly type: "protocol"; readonly protocol: string }
  /** `fib saddr type local`: the address is the node's own. */
  | { readonly type: "isLocal"; readonly side: "source" | "destination" }
  | { readonly type: "mark"; readonly mask: number; readonly value: number }
  | { readonly type: "ctstate"; readonly state: string };

/** Where a packet goes next. */
export type Verdict =
  | { readonly type: "jump" | "goto"; readonly chain: string }
  | { readonly type: "return" | "accept" | "drop" | "reject" };

export type Action =
  | Verdict
  /** The verdict is in a map, by these fields of the packet; none when it has no such element. */
  | { readonly type: "lookup"; readonly map: string; readonly withAddress: boolean }
  /** One of these, each as likely as the others. */
  | { readonly type: "choice"; readonly verdicts: readonly Verdict[] }
  | { readonly type: "masquerade" }
  /** mark = (mark & ~clear) ^ toggle. */
  | { readonly type: "mark"; readonly clear: number; readonly toggle: number }
  /** `ip:port`, `[ip]:port`. */
  | { readonly type: "dnat"; readonly destination: string };
