/** The DeleteOptions of a deletion, from its body or, where that is empty, from its query. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { DeletionOptions } from "../../../api/requests/deletion.ts";
import { decodeBody, type Fields } from "../http/decode-body.ts";
import { isDryRun } from "../http/write-options.ts";

export interface DeleteOptions extends DeletionOptions {
  readonly dryRun: boolean;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

/** @throws ApiError BadRequest, Invalid. */
export function deleteOptions(
  body: Buffer,
  contentType: string | undefined,
  query: URLSearchParams,
): DeleteOptions {
  const given =
    body.toString("utf8").trim() === ""
      ? fromQuery(query)
      : decodeBody(body, contentType, "DeleteOptions");
  return deleteOptionsOf(given, query);
}

/** @throws ApiError BadRequest, Invalid. */
export function deleteOptionsOf(given: Fields, query: URLSearchParams): DeleteOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = given;
  return {
    dryRun: isDryRun([...texts(dryRun), ...query.getAll("dryRun")]),
    preconditions: isRecord(preconditions)
      ? textFields(preconditions, "uid", "resourceVersion")
      : {},
    ...graceOf(gracePeriodSeconds),
    ...policyOf(propagationPolicy, orphanDependents),
  };
}

function fromQuery(query: URLSearchParams): Fields {
  const grace = query.get("gracePeriodSeconds");
  const orphan = query.get("orphanDependents");
  return {
    propagationPolicy: query.get("propagationPolicy") ?? undefined,
    gracePeriodSeconds: grace === null ? undefined : Number(grace),
    orphanDependents: orphan === null ? undefined : orphan === "true",
  };
}

function graceOf(value: unknown): Pick<DeletionOptions, "gracePeriodSeconds"> {
  if (value === undefined || value === null) return {};
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    return { gracePeriodSeconds: value };
  }
  throw new ApiError("BadRequest", "gracePeriodSeconds: must be a whole number of seconds");
}

type Policy = NonNullable<DeletionOptions["propagationPolicy"]>;

const policies: readonly string[] = ["Background", "Foreground", "Orphan"] satisfies Policy[];

function policyOf(policy: unknown, orphan: unknown): Pick<DeletionOptions, "propagationPolicy"> {
  // The field of old, which says one thing or nothing.
  if (orphan === true) return { propagationPolicy: "Orphan" };
  if (policy === undefined || policy === null || policy === "") return {};
  // Checked against the list.
  if (policies.includes(String(policy))) return { propagationPolicy: policy as Policy };
  const list = policies.map((each) => JSON.stringify(each)).join(", ");
  throw new ApiError(
    "Invalid",
    `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: ${list}`,
    { details: { group: "meta.k8s.io", kind: "DeleteOptions" } },
  );
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textFields(fields: Fields, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
