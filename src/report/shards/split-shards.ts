/** Which part of a run each scenario belongs to, so that all parts take about as long. Pure. */
import type { Durations } from "./durations.ts";

/** What is to be divided: labs in the order of the run, each with its scenarios in theirs. */
export interface LabToSplit {
  /** The topology's name, with the variant behind it. */
  readonly lab: string;
  readonly scenarios: readonly string[];
}

/** A lab of the whole run, and who runs what of it. Shards count from 1. */
export interface SplitLab {
  readonly lab: string;
  /** Those that build it: every one that runs a scenario of it. */
  readonly shards: readonly number[];
  readonly scenarios: ReadonlyArray<{ readonly scenario: string; readonly shard: number }>;
}

/** One scenario, or a lab that has none. */
interface Piece {
  readonly lab: number;
  readonly scenario: string | undefined;
  /** Milliseconds; by what is not known, the mean of what is. */
  readonly expectedMs: number;
}

/** What everything takes when nothing is known: only the ratios count then. */
const UNKNOWN_MS = 1_000;

/**
 * Whole labs first, the longest to the shard that has least to do; then scenarios leave the shard that has most, one by
 * one, as long as that brings the end nearer. Whoever gets a scenario of a lab that it does not have must build it. The
 * same labs and durations give the same split, wherever it is worked out.
 */
export function splitShards(
  labs: readonly LabToSplit[],
  of: number,
  durations: Durations,
): readonly SplitLab[] {
  const pieces = piecesOf(labs, durations);
  const shards = Array.from({ length: of }, () => new ShardLoad(setupsOf(labs, durations)));
  dealLabs(
    labs.map((_, index) => pieces.filter(({ lab }) => lab === index)),
    shards,
  );
  while (moveOne(shards));
  const shardOf = new Map(
    shards.flatMap((shard, index) => [...shard.pieces].map((piece) => [piece, index + 1] as const)),
  );
  return labs.map(({ lab }, index) => {
    const own = pieces.filter((piece) => piece.lab === index);
    const numbers = own.map((piece) => shardOf.get(piece) ?? 1);
    return {
      lab,
      shards: [...new Set(numbers)].toSorted((a, b) => a - b),
      scenarios: own.flatMap(({ scenario }, at) =>
        scenario === undefined ? [] : [{ scenario, shard: numbers[at] ?? 1 }],
      ),
    };
  });
}

/** What a shard has to do, and how long that takes. */
class ShardLoad {
  readonly pieces = new Set<Piece>();
  /** How many pieces of each lab. */
  readonly #labs = new Map<number, number>();
  readonly #setups: readonly number[];
  ms = 0;

  constructor(setups: readonly number[]) {
    this.#setups = setups;
  }

  add(piece: Piece): void {
    this.ms = this.with(piece);
    this.pieces.add(piece);
    this.#labs.set(piece.lab, this.#count(piece) + 1);
  }

  remove(piece: Piece): void {
    this.ms = this.without(piece);
    this.pieces.delete(piece);
    this.#labs.set(piece.lab, this.#count(piece) - 1);
  }

  with(piece: Piece): number {
    return this.ms + piece.expectedMs + (this.#count(piece) > 0 ? 0 : this.#setup(piece));
  }

  without(piece: Piece): number {
    return this.ms - piece.expectedMs - (this.#count(piece) > 1 ? 0 : this.#setup(piece));
  }

  #count({ lab }: Piece): number {
    return this.#labs.get(lab) ?? 0;
  }

  #setup({ lab }: Piece): number {
    return this.#setups[lab] ?? 0;
  }
}

function dealLabs(labs: ReadonlyArray<readonly Piece[]>, shards: readonly ShardLoad[]): void {
  const total = (of: readonly Piece[]): number => sum(of.map(({ expectedMs }) => expectedMs));
  for (const lab of labs.toSorted((a, b) => total(b) - total(a))) {
    const target = extreme(shards, (a, b) => a.ms < b.ms);
    for (const piece of lab) target?.add(piece);
  }
}

/** The best move there is; false when none brings the end nearer. */
function moveOne(shards: readonly ShardLoad[]): boolean {
  const fullest = extreme(shards, (a, b) => a.ms > b.ms);
  if (fullest === undefined) return false;
  const moves = [...fullest.pieces].flatMap((piece) =>
    shards
      .filter((shard) => shard !== fullest)
      .map((to) => ({ piece, to, endMs: Math.max(fullest.without(piece), to.with(piece)) })),
  );
  const best = extreme(moves, (a, b) => a.endMs < b.endMs);
  // Less than a millisecond is nothing, and may be no more than a rounding error.
  if (best === undefined || best.endMs > fullest.ms - 1) return false;
  fullest.remove(best.piece);
  best.to.add(best.piece);
  return true;
}

/** The first that none is before. */
function extreme<Value>(
  values: readonly Value[],
  isBefore: (a: Value, b: Value) => boolean,
): Value | undefined {
  return values.reduce<Value | undefined>(
    (best, value) => (best === undefined || isBefore(value, best) ? value : best),
    undefined,
  );
}

function setupsOf(labs: readonly LabToSplit[], durations: Durations): readonly number[] {
  const known = labs.map(({ lab }) => durations.get(lab)?.setup);
  return known.map((ms) => ms ?? mean(known));
}

function piecesOf(labs: readonly LabToSplit[], durations: Durations): readonly Piece[] {
  const known = labs.map(({ lab, scenarios }) =>
    scenarios.map((scenario) => durations.get(lab)?.scenarios.get(scenario)),
  );
  const usual = mean(known.flat());
  return labs.flatMap(({ scenarios }, lab): readonly Piece[] =>
    scenarios.length === 0
      ? [{ lab, scenario: undefined, expectedMs: 0 }]
      : scenarios.map((scenario, at) => ({
          lab,
          scenario,
          expectedMs: known[lab]?.[at] ?? usual,
        })),
  );
}

function mean(values: ReadonlyArray<number | undefined>): number {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? UNKNOWN_MS : sum(known) / known.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
