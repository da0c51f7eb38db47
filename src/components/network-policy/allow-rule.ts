import type { PeerSet } from "./peer-set.ts";
import type { PortMatch } from "./port-match.ts";

/** One thing that is allowed. */
export interface AllowRule {
  /** `vote/only-worker, ingress rule 1` */
  readonly comment: string;
  /** Undefined: everybody. */
  readonly peers: PeerSet | undefined;
  /** Undefined: every protocol and port. */
  readonly match: PortMatch | undefined;
  /** To whom, and at which port: what a name stands for, where each pod may call another port so. */
  readonly endpoints?: PeerSet;
}

export type Allowed = Omit<AllowRule, "comment">;
