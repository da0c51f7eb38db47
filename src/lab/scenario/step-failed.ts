import type { SourceLocation } from "../../base/podwire-error.ts";
import { PodwireError } from "../../base/podwire-error.ts";
import type { StepFailure } from "../../observe/event.ts";

export type StepFailedCode =
  | "EXEC_UNEXPECTED"
  | "PACKETS_UNEXPECTED"
  | "PROBE_UNEXPECTED"
  | "WAIT_TIMED_OUT";

/** A step's expectation did not hold: what the scenario is there to find out. */
export class StepFailed extends PodwireError {
  readonly code: StepFailedCode;
  readonly exitCode = 1;
  readonly details: Omit<StepFailure, "code" | "message" | "artifacts">;

  constructor(
    code: StepFailedCode,
    message: string,
    {
      at,
      ...details
    }: Omit<StepFailure, "code" | "message" | "artifacts" | "location"> & {
      readonly at: SourceLocation;
    },
  ) {
    super(message, { location: at });
    this.code = code;
    const { file, line, column } = at;
    this.details = { ...details, location: { file, line, column } };
  }
}
