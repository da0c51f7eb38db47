import type { LabEvent } from "../../observe/event.ts";

/**
 * Turns what happens into text. Pure but for what it remembers of the events:
 * the command line decides where the text goes.
 */
export interface Reporter {
  /** One topology file's run begins; events that follow belong to it. */
  begin(lab: string): string;
  event(event: LabEvent): string;
  /** Everything is over: totals, and what can only be said at the end. */
  end(): string;
}

/** What a run came to, counted from its events. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
  readonly elapsedMs: number;
}

export const noTotals: Totals = { passed: 0, failed: 0, skipped: 0, interrupted: 0, elapsedMs: 0 };

/** What was skipped or interrupted has not held: nobody knows. */
export function allHeld({ failed, skipped, interrupted }: Totals): boolean {
  return failed + skipped + interrupted === 0;
}

export function countEvent(totals: Totals, event: LabEvent): Totals {
  switch (event.type) {
    case "scenario-finished":
      return {
        ...totals,
        [event.outcome]: totals[event.outcome] + 1,
        elapsedMs: totals.elapsedMs + event.elapsedMs,
      };
    case "lab-ready":
      return { ...totals, elapsedMs: totals.elapsedMs + event.elapsedMs };
    default:
      return totals;
  }
}
