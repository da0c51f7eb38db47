import { PodwireError, type PodwireErrorOptions } from "../../base/podwire-error.ts";
import type { Kind } from "../objects/kinds.ts";
import type { FieldError } from "./field-errors.ts";
import type { StatusDetails } from "./status-details.ts";

/** The `reason` of a Kubernetes Status object. */
export type ApiErrorReason =
  | "AlreadyExists"
  | "BadRequest"
  | "Conflict"
  | "Expired"
  | "Forbidden"
  | "InternalError"
  | "Invalid"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "NotFound"
  | "RequestEntityTooLarge"
  /** The server is down: what clients on the spot get in place of a refused connection. */
  | "ServiceUnavailable"
  | "Timeout"
  | "TooManyRequests"
  | "Unauthorized"
  /** An error of the storage, passed on as it is: its Status has no reason. */
  | "Unknown"
  | "UnsupportedMediaType";

export interface ApiErrorOptions extends PodwireErrorOptions {
  /** What the request was about, for the Status object's `details`. */
  readonly object?: { readonly kind: Kind; readonly name: string };
  /** For Invalid: each single fault. */
  readonly causes?: readonly FieldError[];
  /** The Status object's `details` as they are, where `object` cannot say them. */
  readonly details?: StatusDetails;
}

const unavailable: ReadonlySet<ApiErrorReason> = new Set([
  "ServiceUnavailable",
  "Timeout",
  "Unknown",
]);

/** The API server, or its storage, is down: the same may be done later. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ApiError && unavailable.has(error.reason);
}

/** The API refused a request. The message is what the real API server would say. */
export class ApiError extends PodwireError {
  readonly code: `API_${Uppercase<ApiErrorReason>}`;
  readonly exitCode = 1;
  readonly reason: ApiErrorReason;
  readonly object: ApiErrorOptions["object"];
  readonly causes: readonly FieldError[];
  readonly details: StatusDetails | undefined;

  constructor(reason: ApiErrorReason, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.object = options.object;
    this.causes = options.causes ?? [];
    this.details = options.details;
    // The template type above is this expression; the compiler does not follow toUpperCase.
    this.code = `API_${reason.toUpperCase()}` as ApiError["code"];
  }
}
