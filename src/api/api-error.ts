import { PodwireError, type PodwireErrorOptions } from "../base/podwire-error.ts";
import type { FieldError } from "./field-errors.ts";
import type { Kind } from "./kinds.ts";

/** The `reason` of a Kubernetes Status object. */
export type ApiErrorReason =
  | "AlreadyExists"
  | "BadRequest"
  | "Conflict"
  | "Forbidden"
  | "Invalid"
  | "NotFound";

export interface ApiErrorOptions extends PodwireErrorOptions {
  /** What the request was about, for the Status object's `details`. */
  readonly object?: { readonly kind: Kind; readonly name: string };
  /** For Invalid: each single fault. */
  readonly causes?: readonly FieldError[];
}

/** The API refused a request. The message is what the real API server would say. */
export class ApiError extends PodwireError {
  readonly code: `API_${Uppercase<ApiErrorReason>}`;
  readonly exitCode = 1;
  readonly reason: ApiErrorReason;
  readonly object: ApiErrorOptions["object"];
  readonly causes: readonly FieldError[];

  constructor(reason: ApiErrorReason, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.object = options.object;
    this.causes = options.causes ?? [];
    // The template type above is this expression; the compiler does not follow toUpperCase.
    this.code = `API_${reason.toUpperCase()}` as ApiError["code"];
  }
}
