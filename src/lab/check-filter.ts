import { compileFilter } from "../wire/filter/compile.ts";
import { FilterError } from "../wire/filter/filter-error.ts";

/** What is wrong with a display filter, and where in its text. */
export interface FilterFault {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Undefined when the filter can be used. */
export function checkFilter(filter: string): FilterFault | undefined {
  try {
    compileFilter(filter);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { offset, length, message, hint } = error;
    return { offset, length, message, hint };
  }
}
