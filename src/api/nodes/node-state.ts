/** What is asked about a node. */

import { findCondition } from "../conditions.ts";
import type { Node } from "../objects/cluster.ts";

export function isNodeReady({ status }: Node): boolean {
  return findCondition(status?.conditions, "Ready")?.status === "True";
}
