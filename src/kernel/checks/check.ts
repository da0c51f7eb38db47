/**
 * One thing that podwire needs of a host, and how to find out whether it works: by
 * doing it. A check that touches the kernel's network does so in a netns that is thrown away.
 */
import type { Remedy } from "../programs/distribution.ts";
import type { Need } from "../programs/need.ts";

/**
 * `missing`: not installed, or not in this kernel. `refused`: there, and not for us.
 * `untried`: it could not be tried, because something else does not work.
 */
type CheckState = "ok" | "missing" | "refused" | "untried";

export interface CheckOutcome {
  readonly state: CheckState;
  /** What there is to know of what works, such as a version. */
  readonly detail?: string;
  /** What the kernel or the program said when it did not work. */
  readonly said?: string;
  /** What root runs to install or to enable it, where one command does that. */
  readonly fix?: string;
  /** The same by distribution, where a package brings it. */
  readonly install?: Remedy["install"];
}

/** `Ground` is what the attempt is made in: a netns of its own, or nothing. */
export interface Check<Ground> {
  /** As the table shows it; unique in its group. */
  readonly name: string;
  /** None: it is good to know, and something else can take its place. */
  readonly neededBy: readonly Need[];
  /** The program that the attempt needs, besides the kernel. */
  readonly program?: string;
  /** The kernel modules that bring it, where they are not built in. */
  readonly modules?: readonly string[];
  /** What root runs to enable it, where no module is to be loaded. */
  readonly fix?: string;
  /** Does it. What it returns is of no interest; when it throws or rejects, the thing does not work. */
  readonly attempt: (ground: Ground) => unknown;
}

export interface CheckGroup<Ground> {
  readonly name: string;
  readonly checks: ReadonlyArray<Check<Ground>>;
}
