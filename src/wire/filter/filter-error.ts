import { PodwireError } from "../../base/podwire-error.ts";

/** A display filter that cannot be read, or that compares what cannot be compared. */
export class FilterError extends PodwireError {
  readonly code = "FILTER_INVALID";
  readonly exitCode = 2;
  /** Where in the filter, in characters from its start. */
  readonly offset: number;
  /** How many characters are meant, at least 1. */
  readonly length: number;

  constructor(message: string, offset: number, length: number, hint?: string) {
    super(message, { hint });
    this.offset = offset;
    this.length = Math.max(1, length);
  }
}
