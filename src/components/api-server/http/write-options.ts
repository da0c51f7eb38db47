/** The options that every write has in its query. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { RequestOptions } from "../../../api/requests/request-options.ts";

type FieldValidation = NonNullable<RequestOptions["fieldValidation"]>;

const fieldValidations: readonly string[] = [
  "Ignore",
  "Strict",
  "Warn",
] satisfies FieldValidation[];

/** @throws ApiError Invalid. */
export function writeOptions(
  query: URLSearchParams,
): Pick<RequestOptions, "dryRun" | "fieldValidation"> {
  const fieldValidation = query.get("fieldValidation") ?? "";
  if (fieldValidation !== "" && !fieldValidations.includes(fieldValidation)) {
    throw unsupported("fieldValidation", fieldValidation, fieldValidations);
  }
  return {
    dryRun: isDryRun(query.getAll("dryRun")),
    // Checked above; absent it is the API's default, a warning.
    ...(fieldValidation !== "" && { fieldValidation: fieldValidation as FieldValidation }),
  };
}

/** @throws ApiError Invalid for what is neither nothing nor `All`. */
export function isDryRun(values: readonly string[]): boolean {
  const given = values.filter((value) => value !== "");
  for (const value of given) if (value !== "All") throw unsupported("dryRun", value, ["All"]);
  return given.length > 0;
}

function unsupported(field: string, value: string, allowed: readonly string[]): ApiError {
  const list = allowed.map((each) => JSON.stringify(each)).join(", ");
  return new ApiError(
    "Invalid",
    ` "" is invalid: ${field}: Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
    { details: {} },
  );
}
