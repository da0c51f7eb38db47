/** The annotation in which `kubectl apply` keeps what it applied last, from the client's side. */
import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import { type AnyObject, isKind, kinds } from "../../objects/kinds.ts";
import { canonicalJson } from "../../safe-name.ts";
import { difference, type FieldSet, noFields } from "../managed-fields/field-set.ts";
import { differences, fieldsOf } from "../managed-fields/fields-of.ts";
import type { Manager } from "../managed-fields/managed-fields.ts";

type Loose = Readonly<Record<string, unknown>>;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** More than an object's annotations may have together is left out: kubectl cannot apply such an object either. */
const longest = 256 * 1024;

/**
 * `object`, which was read from `written`, with the annotation that `kubectl apply` would have left: so that whoever
 * applies it again, on either side, knows what was taken out of it.
 */
export function asApplied<T extends AnyObject>(object: T, written: unknown): T {
  if (!isRecord(written) || !isKind(object.kind) || !isRecord(object.metadata)) return object;
  const { namespace, annotations = {} } = object.metadata;
  const { annotations: _annotations, ...given } = asRecord(written["metadata"]);
  const metadata = {
    ...given,
    annotations: withoutAnnotation(annotationsOf(written)),
    ...(kinds[object.kind].namespaced && { namespace }),
  };
  const text = `${asGoWritesIt(canonicalJson({ ...written, metadata }))}\n`;
  if (text.length + canonicalJson(annotations).length > longest) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: text } },
  };
}

/** What was written when `object` was applied last, in {@link asApplied}'s annotation; undefined where nobody did. */
export function lastAppliedTo(object: Loose): Loose | undefined {
  return parsed(annotationsOf(object)[lastApplied]);
}

/** `written` with the annotation of `applied`, for it is applied with the rest. */
export function withAnnotationOf(applied: Loose, written: Loose): Loose {
  const text = annotationsOf(applied)[lastApplied];
  if (text === undefined) return written;
  const annotations = { ...annotationsOf(written), [lastApplied]: text };
  return { ...written, metadata: { ...asRecord(written["metadata"]), annotations } };
}

/** The fields that kubectl applied from the client's side and that are still as it wrote them. */
export function allowedByLastApplied(live: Loose, schema: Schema): FieldSet {
  const configuration = lastAppliedTo(live);
  if (configuration === undefined) return noFields;
  return difference(
    fieldsOf(configuration, schema),
    differences(configuration, live, schema).modified,
  );
}

/** Where the annotation is kept, server-side apply keeps it up, so that one may go back. */
export function withLastApplied(
  live: Loose | undefined,
  merged: Loose,
  applied: Loose,
  { manager }: Manager,
): Loose {
  if (manager !== "kubectl" || annotationsOf(live)[lastApplied] === undefined) return merged;
  const own = withoutAnnotation(annotationsOf(applied));
  const configuration = {
    ...applied,
    metadata: { ...asRecord(applied["metadata"]), annotations: own },
  };
  const text = `${JSON.stringify(configuration)}\n`;
  const annotations = { ...annotationsOf(merged), [lastApplied]: text };
  return { ...merged, metadata: { ...asRecord(merged["metadata"]), annotations } };
}

function withoutAnnotation({ [lastApplied]: _text, ...annotations }: Loose): Loose {
  return annotations;
}

function annotationsOf(object: Loose | undefined): Loose {
  return asRecord(asRecord(object?.["metadata"])["annotations"]);
}

function asRecord(value: unknown): Loose {
  return isRecord(value) ? value : {};
}

/** With what HTML could take for its own escaped: kubectl's text and ours are the same to the letter. */
function asGoWritesIt(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function parsed(text: unknown): Loose | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // Somebody else wrote the annotation: it allows nothing.
    return undefined;
  }
}
