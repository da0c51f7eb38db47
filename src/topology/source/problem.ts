import {
  type PodwireErrorOptions,
  type SourceLocation,
  TopologyError,
  type TopologyErrorCode,
} from "../../base/podwire-error.ts";
import { displayName } from "./files.ts";

/**
 * `error`: nothing is built. `warning`: legal, and worth a look. `skipped`: a
 * manifest that podwire leaves out because it does not model the kind.
 */
export type Severity = "error" | "warning" | "skipped";

/** One thing to say about the user's files, with all that is needed to show it. */
export interface Problem {
  readonly severity: Severity;
  readonly code: TopologyErrorCode;
  readonly message: string;
  readonly location: SourceLocation;
  /** How many characters of the line to underline, at least 1. */
  readonly length: number;
  /** The line as the user wrote it, without its end; undefined when the file could not be read. */
  readonly sourceLine: string | undefined;
  /** What to do about it. One imperative sentence. */
  readonly hint: string | undefined;
}

/** Receives every problem as it is found, in no particular order. */
export type Report = (problem: Problem) => void;

/** By file in the order given, then by line and column; for `Array.prototype.sort`. */
export function comparePositions(files: readonly string[]): (a: Problem, b: Problem) => number {
  const rank = new Map(files.map((file, index) => [displayName(file), index]));
  const rankOf = ({ file }: SourceLocation): number => rank.get(file) ?? files.length;
  return ({ location: a }, { location: b }) =>
    rankOf(a) - rankOf(b) ||
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.line - b.line ||
    a.column - b.column;
}

/** All mistakes of the files, as the one error that ends a command with exit code 2. */
export class InvalidTopologyError extends TopologyError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: PodwireErrorOptions) {
    const [first] = problems;
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const message = `${count}, the first at ${first?.location.file}:${first?.location.line}: ${first?.message}`;
    super("TOPOLOGY_INVALID", message, options);
    this.problems = problems;
  }
}
