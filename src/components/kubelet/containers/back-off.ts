/**
 * How long a container that keeps ending stays down: at first not at all, then
 * 10 s, 20 s, … up to 5 min; forgotten after it has run for 10 min.
 *
 * @see client-go util/flowcontrol/backoff.go; kubelet's doBackOff
 */
export interface BackOff {
  readonly delayMs: number;
  /** When it was last raised, which is when the container was last started again. */
  readonly raisedAtMs: number;
}

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;
const forgottenAfterMs = 2 * longestDelayMs;

/** When a container that ended at `endedAtMs` may start again. */
export function mayRestartAtMs(backOff: BackOff | undefined, endedAtMs: number): number {
  return backOff === undefined || isForgotten(backOff, endedAtMs)
    ? endedAtMs
    : endedAtMs + backOff.delayMs;
}

/** After a restart: what the next end will cost. */
export function raiseBackOff(
  backOff: BackOff | undefined,
  endedAtMs: number,
  nowMs: number,
): BackOff {
  const delayMs =
    backOff === undefined || isForgotten(backOff, endedAtMs)
      ? firstDelayMs
      : Math.min(backOff.delayMs * 2, longestDelayMs);
  return { delayMs, raisedAtMs: nowMs };
}

/** `10s`, `2m40s`, as Go prints a duration of whole seconds. */
export function formatDelay(delayMs: number): string {
  const seconds = Math.round(delayMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

function isForgotten({ raisedAtMs }: BackOff, endedAtMs: number): boolean {
  return endedAtMs - raisedAtMs > forgottenAfterMs;
}
