import type { AnyObject } from "../api/objects/kinds.ts";
import type { Scenario } from "../topology/scenario/scenario.ts";
import type { Topology } from "../topology/topology.ts";

/** All that a lab is made from, as the launcher hands it to the sandbox: resolved and free of mistakes. */
export interface BuildRequest {
  readonly topology: Topology;
  readonly scenarios: readonly Scenario[];
  /** The manifests' objects, defaulted and validated, in the order of the files. */
  readonly objects: readonly AnyObject[];
  /** The first topology file as it was named. */
  readonly file: string;
  /** Decides everything random. */
  readonly seed: number;
  /** How long pods may take to become ready, in milliseconds. */
  readonly readyWithinMs: number;
  /** Of the first process inside, as the host counts. */
  readonly pid: number;
}
