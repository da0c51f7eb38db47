interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** What a Status object is about, after apimachinery's meta/v1. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource, as in `pods`; the kind, as in `Pod`, when the object is invalid. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  /** For errors that pass: when to ask again. */
  readonly retryAfterSeconds?: number;
}
