import type { ObjectKey } from "../objects/meta.ts";

/**
 * The controller contract, after controller-runtime's pkg/reconcile.
 *
 * Level-based: a key names an object and says nothing about what happened to
 * it. The reconciler reads the desired and the actual state, makes one match
 * the other, and must be safe to call again.
 */
export type Reconcile = (
  key: ObjectKey,
  signal: AbortSignal,
) => Promise<ReconcileResult> | ReconcileResult;

export interface ReconcileResult {
  /** Come back after this long even if nothing changes. */
  readonly requeueAfterMs?: number;
}
