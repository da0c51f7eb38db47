import { PodwireError, type PodwireErrorOptions } from "../../base/podwire-error.ts";

export type RunErrorCode =
  | "LAB_NOT_READY"
  | "RUN_BAD_FILTER"
  | "RUN_BAD_REQUEST"
  | "RUN_NO_ADDRESS"
  | "RUN_NO_CAPTURE"
  | "RUN_NO_POD"
  | "RUN_NO_PORT"
  | "RUN_NO_SUCH_PLACE"
  | "RUN_NO_SUCH_SCENARIO";

/** A running lab was asked for something that is not there now. */
export class RunError extends PodwireError {
  readonly code: RunErrorCode;
  readonly exitCode: number;

  constructor(code: RunErrorCode, message: string, options?: PodwireErrorOptions) {
    super(message, options);
    this.code = code;
    // What was asked for badly is the caller's mistake, what did not happen in time an expectation.
    this.exitCode = code === "LAB_NOT_READY" ? 1 : 2;
  }
}
