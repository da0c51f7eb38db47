/** How the API tells its clients that it refused: the Status object, after apimachinery's meta/v1. */
import type { ApiError, ApiErrorReason } from "../errors/api-error.ts";
import { describeFieldError, fieldErrorReason, formatFieldPath } from "../errors/field-errors.ts";
import type { StatusDetails } from "../errors/status-details.ts";
import { groupOf, kinds } from "../objects/kinds.ts";

export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: "Failure" | "Success";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  /** The HTTP status code. */
  readonly code?: number;
}

/** A refusal always has a code. */
export interface FailureStatus extends Status {
  readonly code: number;
}

const codes: { readonly [R in ApiErrorReason]: number } = {
  AlreadyExists: 409,
  BadRequest: 400,
  Conflict: 409,
  Expired: 410,
  Forbidden: 403,
  InternalError: 500,
  Invalid: 422,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  NotFound: 404,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  Timeout: 504,
  TooManyRequests: 429,
  Unauthorized: 401,
  Unknown: 500,
  UnsupportedMediaType: 415,
};

/** The answer to a request that failed with `error`. */
export function failureStatus(error: ApiError): FailureStatus {
  const { reason, message } = error;
  const details = detailsOf(error);
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    // As in Go, where an unknown reason is the empty one and is left out.
    ...(reason !== "Unknown" && { reason }),
    ...(details && { details }),
    code: codes[reason],
  };
}

function detailsOf({ reason, object, causes, details }: ApiError): StatusDetails | undefined {
  if (details !== undefined) return details;
  if (object === undefined) return undefined;
  const { kind, name } = object;
  const group = groupOf(kind);
  return {
    name,
    ...(group !== "" && { group }),
    kind: reason === "Invalid" ? kind : kinds[kind].plural,
    ...(causes.length > 0 && {
      causes: causes.map((cause) => ({
        reason: fieldErrorReason(cause),
        message: describeFieldError(cause),
        field: formatFieldPath(cause.path),
      })),
    }),
  };
}

/** The answer to a request that was done and has nothing else to show. */
export function successStatus(details?: StatusDetails): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    ...(details && { details }),
  };
}
