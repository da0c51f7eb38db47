/** What those are told who apply a field that somebody else owns. After managedfields' conflict errors. */
import { ApiError } from "../../errors/api-error.ts";
import { groupOf, type Kind, kinds } from "../../objects/kinds.ts";
import { type FieldSet, formatFields } from "../managed-fields/field-set.ts";
import type { Owned } from "../managed-fields/managed-fields.ts";

export interface Conflict {
  readonly owner: Owned;
  /** The fields that would change. */
  readonly fields: FieldSet;
}

export function applyConflict(
  unsorted: readonly Conflict[],
  object: { readonly kind: Kind; readonly name: string },
): ApiError {
  const conflicts = unsorted.toSorted((a, b) => (a.owner.manager < b.owner.manager ? -1 : 1));
  const causes = conflicts.flatMap(({ owner, fields }) =>
    formatFields(fields).map((field) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${describeOwner(owner)}`,
      field,
    })),
  );
  const { kind, name } = object;
  const group = groupOf(kind);
  const details = { name, ...(group !== "" && { group }), kind: kinds[kind].plural, causes };
  return new ApiError("Conflict", messageFor(conflicts), { details });
}

function messageFor(conflicts: readonly Conflict[]): string {
  const lines = conflicts.map(({ owner, fields }) => ({ owner, paths: formatFields(fields) }));
  const total = lines.reduce((sum, { paths }) => sum + paths.length, 0);
  const [first] = lines;
  if (total === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${describeOwner(first.owner)}: ${first.paths[0]}`;
  }
  const blocks = lines.map(({ owner, paths }) =>
    [`conflicts with ${describeOwner(owner)}:`, ...paths.map((path) => `- ${path}`)].join("\n"),
  );
  return `Apply failed with ${total} conflicts: ${blocks.join("\n")}`;
}

function describeOwner({ manager, operation, apiVersion, subresource, time }: Owned): string {
  const name = JSON.stringify(manager);
  const who =
    subresource === undefined ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  if (operation === "Apply") return who;
  return `${who} using ${apiVersion}${time === undefined ? "" : ` at ${time}`}`;
}
