/** The annotation in which `kubectl apply` keeps what it applied last, from the client's side. */
import { isRecord } from "../decoding/check-schema.ts";
import type { Schema } from "../decoding/schema.ts";
import { difference, type FieldSet, noFields } from "./field-set.ts";
import { differences, fieldsOf } from "./fields-of.ts";
import type { Manager } from "./managed-fields.ts";

type Loose = Readonly<Record<string, unknown>>;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The fields that kubectl applied from the client's side and that are still as it wrote them. */
export function allowedByLastApplied(live: Loose, schema: Schema): FieldSet {
  const configuration = parsed(annotationsOf(live)[lastApplied]);
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
  const text = `${JSON.stringify(withoutAnnotation(applied))}\n`;
  const metadata = isRecord(merged["metadata"]) ? merged["metadata"] : {};
  const annotations = { ...annotationsOf(merged), [lastApplied]: text };
  return { ...merged, metadata: { ...metadata, annotations } };
}

function withoutAnnotation(applied: Loose): Loose {
  const metadata = isRecord(applied["metadata"]) ? applied["metadata"] : {};
  const { [lastApplied]: _text, ...annotations } = annotationsOf(applied);
  return { ...applied, metadata: { ...metadata, annotations } };
}

function annotationsOf(object: Loose | undefined): Loose {
  const metadata = object?.["metadata"];
  const annotations = isRecord(metadata) ? metadata["annotations"] : undefined;
  return isRecord(annotations) ? annotations : {};
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
