import { PodwireError, type PodwireErrorOptions } from "../base/podwire-error.ts";

/** The `reason` of a Kubernetes Status object. */
export type ApiErrorReason = "AlreadyExists" | "BadRequest" | "Conflict" | "Invalid" | "NotFound";

/** The API refused a request. The message is what the real API server would say. */
export class ApiError extends PodwireError {
  readonly code: `API_${Uppercase<ApiErrorReason>}`;
  readonly exitCode = 1;
  readonly reason: ApiErrorReason;

  constructor(reason: ApiErrorReason, message: string, options?: PodwireErrorOptions) {
    super(message, options);
    this.reason = reason;
    // The template type above is this expression; the compiler does not follow toUpperCase.
    this.code = `API_${reason.toUpperCase()}` as ApiError["code"];
  }
}
