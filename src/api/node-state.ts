/** What is asked about a node. */
import type { Node } from "./cluster.ts";
import { findCondition } from "./conditions.ts";

export function isNodeReady({ status }: Node): boolean {
  return findCondition(status?.conditions, "Ready")?.status === "True";
}
