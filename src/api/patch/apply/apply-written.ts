import type { Schema } from "../../decoding/schema.ts";
import { noFields } from "../managed-fields/field-set.ts";
import { fieldsOf } from "../managed-fields/fields-of.ts";
import { lastAppliedTo, withAnnotationOf } from "./last-applied.ts";
import { mergeApplied } from "./merge-applied.ts";
import { withoutAbandoned } from "./remove-fields.ts";

type Loose = Readonly<Record<string, unknown>>;

/**
 * What `live` becomes by `kubectl apply`, told from three: what was written when it was applied last, what is written
 * now, and what is there. All that is written is so, what was written before and is no more goes, and the rest, which
 * others have added, stays.
 *
 * @param applied what is written now; where its annotation says what that was before defaults were filled in, that.
 */
export function applyWritten(live: Loose, applied: Loose, schema: Schema): Loose {
  const written = withAnnotationOf(applied, lastAppliedTo(applied) ?? applied);
  const last = lastAppliedTo(live);
  const fields = last === undefined ? noFields : fieldsOf(last, schema);
  // An object with its fields is one again.
  return withoutAbandoned(
    mergeApplied(live, written, schema),
    fields,
    fieldsOf(written, schema),
    schema,
  ) as Loose;
}
