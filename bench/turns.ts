/**
 * Two who measure in turns without ever speaking with one another: both look at the machine's monotonic clock.
 *
 *     turn    0      1       2       3      4      5
 *     whose   first  second  second  first  first  second
 *             └── pair 0 ──┘ └── pair 1 ──┘ └── pair 2 ──┘
 */

/** Long beside a scheduler's slice, short beside whatever else the machine is busy with. */
const TURN_MS = 200;

/** Of each turn, at its beginning: windows are opening, and what lay in buffers comes all at once. */
const UNCOUNTED_MS = 60;

export const COUNTED_MS: number = TURN_MS - UNCOUNTED_MS;

export type Whose = "first" | "second";

export interface Moment {
  readonly pair: number;
  readonly whose: Whose;
  /** Whether what comes now counts. */
  readonly counts: boolean;
}

/** @param elapsedMs since the first turn's beginning; negative before. */
export function momentAt(elapsedMs: number): Moment {
  const turn = Math.floor(elapsedMs / TURN_MS);
  return {
    pair: Math.floor(turn / 2),
    whose: ownerOf(turn),
    counts: elapsedMs - turn * TURN_MS >= UNCOUNTED_MS,
  };
}

/** Milliseconds until the next turn of `whose` begins: none of it has passed. */
export function untilNextTurn(elapsedMs: number, whose: Whose): number {
  let turn = Math.max(0, Math.ceil(elapsedMs / TURN_MS));
  while (ownerOf(turn) !== whose) turn++;
  return turn * TURN_MS - elapsedMs;
}

/** The same for every process of the machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function ownerOf(turn: number): Whose {
  return [1, 2].includes(turn % 4) ? "second" : "first";
}
