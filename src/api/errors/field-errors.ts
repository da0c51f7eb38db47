/**
 * What is wrong with an object, field by field, in the API server's words.
 * After apimachinery's util/validation/field.
 */

/** `["spec", "ports", 0, "nodePort"]`: keys of objects, indexes of lists, keys of maps. */
export type FieldPath = ReadonlyArray<string | number>;

type FieldErrorType =
  | "duplicate"
  | "forbidden"
  | "internal"
  | "invalid"
  | "not-found"
  | "not-supported"
  | "required"
  | "too-long"
  | "too-many"
  | "type-invalid";

export interface FieldError {
  readonly path: FieldPath;
  readonly type: FieldErrorType;
  /** The value refused; absent for `required` and `forbidden`, which show none. */
  readonly badValue?: unknown;
  readonly detail: string;
}

interface Wording {
  readonly label: string;
  /** In the causes of a Status object. */
  readonly reason: string;
  readonly showsValue: boolean;
}

const wordings: { readonly [T in FieldErrorType]: Wording } = {
  duplicate: { label: "Duplicate value", reason: "FieldValueDuplicate", showsValue: true },
  forbidden: { label: "Forbidden", reason: "FieldValueForbidden", showsValue: false },
  internal: { label: "Internal error", reason: "InternalError", showsValue: false },
  invalid: { label: "Invalid value", reason: "FieldValueInvalid", showsValue: true },
  "not-found": { label: "Not found", reason: "FieldValueNotFound", showsValue: true },
  "not-supported": {
    label: "Unsupported value",
    reason: "FieldValueNotSupported",
    showsValue: true,
  },
  required: { label: "Required value", reason: "FieldValueRequired", showsValue: false },
  "too-long": { label: "Too long", reason: "FieldValueTooLong", showsValue: false },
  "too-many": { label: "Too many", reason: "FieldValueTooMany", showsValue: true },
  "type-invalid": { label: "Invalid value", reason: "FieldValueTypeInvalid", showsValue: true },
};

export function invalid(path: FieldPath, badValue: unknown, detail: string): FieldError {
  return { path, type: "invalid", badValue, detail };
}

export function required(path: FieldPath, detail: string = ""): FieldError {
  return { path, type: "required", detail };
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return { path, type: "forbidden", detail };
}

export function duplicate(path: FieldPath, badValue: unknown): FieldError {
  return { path, type: "duplicate", badValue, detail: "" };
}

export function notFoundAt(path: FieldPath, badValue: unknown): FieldError {
  return { path, type: "not-found", badValue, detail: "" };
}

export function notSupported(
  path: FieldPath,
  badValue: unknown,
  allowed: readonly string[],
): FieldError {
  const list = [...allowed].sort().map((each) => JSON.stringify(each));
  return { path, type: "not-supported", badValue, detail: `supported values: ${list.join(", ")}` };
}

export function tooLong(path: FieldPath, badValue: unknown, maxBytes: number): FieldError {
  return { path, type: "too-long", badValue, detail: `may not be more than ${maxBytes} bytes` };
}

export function tooMany(path: FieldPath, count: number, most: number): FieldError {
  const items = most === 1 ? "item" : "items";
  return {
    path,
    type: "too-many",
    badValue: count,
    detail: `must have at most ${most} ${items}`,
  };
}

/** A value of a type that the field does not take: a text where a number belongs. */
export function typeInvalid(path: FieldPath, badValue: unknown, detail: string): FieldError {
  return { path, type: "type-invalid", badValue, detail };
}

/** `spec.ports[0].nodePort`; a map's key that is no plain word is put in brackets: `data[a.b/c]`. */
export function formatFieldPath(path: FieldPath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number" || !/^[A-Za-z_][\w-]*$/.test(key)) text += `[${key}]`;
    else text += text === "" ? key : `.${key}`;
  }
  return text === "" ? "<nil>" : text;
}

/** `Invalid value: 80: provided port is not in the valid range. …`: without the path. */
export function describeFieldError({ type, badValue, detail }: FieldError): string {
  const { label, showsValue } = wordings[type];
  const value = showsValue ? `: ${formatValue(badValue)}` : "";
  return `${label}${value}${detail === "" ? "" : `: ${detail}`}`;
}

/** `spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. …` */
export function formatFieldError(error: FieldError): string {
  return `${formatFieldPath(error.path)}: ${describeFieldError(error)}`;
}

/** The `reason` of the fault in a Status object's causes. */
export function fieldErrorReason({ type }: FieldError): string {
  return wordings[type].reason;
}

/** One fault as it is, several as `[a, b]`. Faults that read alike are said once. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(formatFieldError))];
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

/** As the server prints them: texts quoted, numbers plain, an absent value as null, lists and maps of texts as Go's. */
function formatValue(value: unknown): string {
  if (value === undefined) return "null";
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) {
    return `[]string{${value.map((each) => JSON.stringify(each)).join(", ")}}`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const isTextMap = entries.length > 0 && entries.every(([, each]) => typeof each === "string");
  if (!isTextMap) return JSON.stringify(value);
  const pairs = entries.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`);
  return `map[string]string{${pairs.join(", ")}}`;
}
