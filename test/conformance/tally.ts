/** Counts comparisons, and remembers those that do not hold. */
import { isDeepStrictEqual } from "node:util";

/** One line of the table: what was compared with what, and how it went. */
export interface Row {
  /** `rule text, iptables`. */
  readonly subject: string;
  readonly passed: number;
  readonly failed: number;
}

export interface Failure {
  readonly subject: string;
  /** Which case. */
  readonly what: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** What a part of `npm run conformance` answers. */
export interface PartResult {
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
  /** What was not checked, and why; a sentence each. */
  readonly notes: readonly string[];
}

export class Tally {
  readonly #rows = new Map<string, Row>();
  readonly #failures: Failure[] = [];
  readonly #notes: string[] = [];

  /** Compares deeply. */
  compare(subject: string, what: string, actual: unknown, expected: unknown): void {
    const holds = isDeepStrictEqual(actual, expected);
    const { passed = 0, failed = 0 } = this.#rows.get(subject) ?? {};
    this.#rows.set(subject, {
      subject,
      passed: passed + (holds ? 1 : 0),
      failed: failed + (holds ? 0 : 1),
    });
    if (!holds) this.#failures.push({ subject, what, actual, expected });
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  get result(): PartResult {
    return { rows: [...this.#rows.values()], failures: this.#failures, notes: this.#notes };
  }
}
