/**
 * Who hears of each comparison with upstream's vectors: a test of ava, which fails at the first that does not
 * hold, or the table of `npm run conformance`, which counts them all.
 */
import type { ExecutionContext } from "ava";

export type CheckKind =
  | "rule text"
  | "chains"
  | "flows"
  | "syncs"
  | "metrics"
  | "assertions"
  | "names"
  | "categorisation"
  | "ordering"
  | "service CIDRs"
  | "vectors"
  | "probabilities";

/** Compares deeply. */
export type Judge = (kind: CheckKind, what: string, actual: unknown, expected: unknown) => void;

export function avaJudge(t: ExecutionContext): Judge {
  return (_kind, what, actual, expected) => void t.deepEqual(actual, expected, what);
}
