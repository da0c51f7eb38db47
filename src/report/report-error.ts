import { PodwireError, type PodwireErrorOptions } from "../base/podwire-error.ts";

type ReportErrorCode =
  /** A file of reports or durations cannot be read, or is none. */
  | "REPORT_FILE"
  /** Reports that do not belong together. */
  | "REPORT_MISMATCH"
  /** Only in reports: a shard has not told how a scenario ended. */
  | "SHARD_INCOMPLETE";

/** What was given as the report of an earlier run is of no use. */
export class ReportError extends PodwireError {
  readonly code: ReportErrorCode;
  readonly exitCode = 2;

  constructor(code: ReportErrorCode, message: string, options?: PodwireErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
