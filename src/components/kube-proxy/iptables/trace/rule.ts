/** One rule as a value: what it asks of a packet, and what it does with one that fits. */
import type { Cidr } from "../../../../net/cidr.ts";

export interface Rule {
  readonly chain: string;
  /** The line as it was read, `-A CHAIN …`. */
  readonly text: string;
  /** All must hold. */
  readonly matches: readonly Match[];
  /** A rule without target does nothing but count. */
  readonly target: Target | undefined;
}

export type Match =
  | { readonly type: "source" | "destination"; readonly block: Cidr; readonly negated: boolean }
  /** `-i cni0`, or `-i veth+` for all whose name begins so. */
  | { readonly type: "inInterface"; readonly name: string; readonly negated: boolean }
  | { readonly type: "protocol"; readonly protocol: string }
  | { readonly type: "destinationPort"; readonly port: number }
  | { readonly type: "sourceIsLocal" | "destinationIsLocal"; readonly negated: boolean }
  | {
      readonly type: "mark";
      readonly value: number;
      readonly mask: number;
      readonly negated: boolean;
    }
  | { readonly type: "ctstate"; readonly states: readonly string[]; readonly negated: boolean }
  | { readonly type: "probability"; readonly probability: number }
  /** `recent`: was this source seen here lately (rcheck); remember it (set). */
  | { readonly type: "recent"; readonly name: string; readonly action: "rcheck" | "set" }
  /** An ipset has what the flags name of the packet: `dst,dst` is its destination, address and port. */
  | { readonly type: "set"; readonly name: string; readonly flags: readonly SetFlag[] }
  /** `physdev`: it came in by a port of a bridge. */
  | { readonly type: "inByBridgePort"; readonly negated: boolean }
  /** `ipvs`: this virtual server sent it on, `tcp 198.51.100.10:80`. */
  | { readonly type: "virtualServer"; readonly key: string };

export type SetFlag = "src" | "dst";

export type Target =
  | { readonly type: "jump"; readonly chain: string }
  | { readonly type: "return" | "accept" | "drop" | "reject" | "masquerade" }
  /** mark = (mark & ~clear) ^ toggle, which says --or-mark, --xor-mark and --set-xmark. */
  | { readonly type: "mark"; readonly clear: number; readonly toggle: number }
  /** `ip:port`, `[ip]:port`. */
  | { readonly type: "dnat"; readonly destination: string }
  /** To the node itself. */
  | { readonly type: "redirect"; readonly port: number };
