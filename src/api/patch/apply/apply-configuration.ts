/** Server-side apply: whoever applies a field owns it, and takes it away by applying without it. */

import { isRecord } from "../../decoding/check-schema.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { Kind } from "../../objects/kinds.ts";
import {
  difference,
  type FieldSet,
  intersection,
  isEmpty,
  noFields,
  union,
} from "../managed-fields/field-set.ts";
import { differences, fieldsOf } from "../managed-fields/fields-of.ts";
import {
  decodeManagedFields,
  encodeManagedFields,
  isSameManager,
  type Owned,
  withFields,
} from "../managed-fields/managed-fields.ts";
import { ownable, withEmbedded } from "../managed-fields/server-fields.ts";
import {
  managedFieldsOf,
  type Writing,
  withoutManagedFields,
} from "../managed-fields/track-update.ts";
import { applyConflict, type Conflict } from "./apply-conflict.ts";
import { allowedByLastApplied, withLastApplied } from "./last-applied.ts";
import { mergeApplied } from "./merge-applied.ts";
import { withoutAbandoned } from "./remove-fields.ts";

type Loose = Readonly<Record<string, unknown>>;

export interface Applying extends Writing {
  /** Take the fields of others instead of refusing. */
  readonly force: boolean;
  readonly object: { readonly kind: Kind; readonly name: string };
}

/**
 * `live`, or a new object, with all that `applied` says, without what its
 * manager applied before and now does not, and with who owns what.
 *
 * @throws ApiError Conflict when a field would change that another owns, with a
 *   cause for each; BadRequest when `applied` brings managedFields.
 */
export function applyConfiguration(
  live: Loose | undefined,
  applied: Loose,
  applying: Applying,
): Loose {
  if (managedFieldsOf(applied).length > 0) {
    throw new ApiError("BadRequest", "metadata.managedFields must be nil");
  }
  const { schema, manager, part, now } = applying;
  const before = withoutManagedFields(live);
  const owners = ownersOf(live, applying);
  const others = owners.filter((owner) => !isSameManager(owner, manager));
  const last = owners.find((owner) => isSameManager(owner, manager))?.fields ?? noFields;
  const fields = ownable(fieldsOf(applied, schema), part);

  const owned = others.reduce((set, owner) => union(set, owner.fields), fields);
  const laid = mergeApplied(before, applied, schema);
  const merged = asObject(isEmpty(last) ? laid : withoutAbandoned(laid, last, owned, schema));
  const change = differences(withEmbedded(before, schema), merged, schema);
  const changed = union(change.added, change.modified);

  const conflicts = conflictsWith(others, changed);
  if (conflicts.length > 0 && !applying.force && !isAllowed(conflicts, live, applying)) {
    throw applyConflict(conflicts, applying.object);
  }
  const lost = union(changed, change.removed);
  const remaining = others.map((owner) => ({ ...owner, fields: difference(owner.fields, lost) }));
  const self = owners.filter((owner) => isSameManager(owner, manager));
  const managedFields = encodeManagedFields(
    withFields([...remaining, ...self], manager, fields, now),
  );
  return withEntries(withLastApplied(live, merged, applied, manager), managedFields);
}

/** An object that nobody's writes were tracked on belongs to whoever was before. */
function ownersOf(live: Loose | undefined, { schema, part, manager }: Applying): readonly Owned[] {
  const owners = decodeManagedFields(managedFieldsOf(live));
  if (live === undefined || owners.length > 0) return owners;
  const { apiVersion } = manager;
  const fields = ownable(fieldsOf(live, schema), part);
  return [{ manager: "before-first-apply", operation: "Update", apiVersion, fields }];
}

function conflictsWith(others: readonly Owned[], changed: FieldSet): readonly Conflict[] {
  return others
    .map((owner) => ({ owner, fields: intersection(owner.fields, changed) }))
    .filter(({ fields }) => !isEmpty(fields));
}

/** kubectl may take over what it applied from the client's side. */
function isAllowed(
  conflicts: readonly Conflict[],
  live: Loose | undefined,
  { schema, manager }: Applying,
): boolean {
  if (manager.manager !== "kubectl" || live === undefined) return false;
  const allowed = allowedByLastApplied(live, schema);
  return conflicts.every(({ fields }) => isEmpty(difference(fields, allowed)));
}

function withEntries(object: Loose, managedFields: Loose[string]): Loose {
  const metadata = asObject(object["metadata"]);
  return { ...object, metadata: { ...metadata, managedFields } };
}

function asObject(value: unknown): Loose {
  return isRecord(value) ? value : {};
}
