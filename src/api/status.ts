/** How the API tells its clients that it refused: the Status object, after apimachinery's meta/v1. */
import type { ApiError, ApiErrorReason } from "./api-error.ts";
import { describeFieldError, fieldErrorReason, formatFieldPath } from "./field-errors.ts";
import { groupOf, kinds } from "./kinds.ts";

interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource, as in `pods`; the kind, as in `Pod`, when the object is invalid. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
}

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

const codes: { readonly [R in ApiErrorReason]: number } = {
  AlreadyExists: 409,
  BadRequest: 400,
  Conflict: 409,
  Forbidden: 403,
  Invalid: 422,
  NotFound: 404,
};

/** The answer to a request that failed with `error`. */
export function failureStatus(error: ApiError): Status {
  const { reason, message } = error;
  const details = detailsOf(error);
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code: codes[reason],
  };
}

function detailsOf({ reason, object, causes }: ApiError): StatusDetails | undefined {
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
