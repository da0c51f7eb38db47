/**
 * Objects as JSON text. Making it is most of what a long list costs, and a stored object never changes: so each is put into
 * words once, for all lists and watches that show it, and its text is forgotten with it.
 */
import type { KubeObject } from "../../../api/objects/meta.ts";
import { apiVersionOf } from "../resources/resource.ts";
import { type Presentation, presentItem, presentObject } from "./presentation.ts";

/** The text of an object without its kind and apiVersion, as it is in a list. */
const texts = new WeakMap<KubeObject, string>();

/** One object, complete: {@link presentObject} as text. */
export function encodeObject(presentation: Presentation, stored: KubeObject): string {
  if (!isAsStored(presentation)) return JSON.stringify(presentObject(presentation, stored));
  const { kind } = presentation.resource;
  const type = JSON.stringify({ kind, apiVersion: apiVersionOf(presentation.resource) });
  // Every object has metadata, so a comma is always right.
  return `${type.slice(0, -1)},${textOf(stored).slice(1)}`;
}

/** An item of a list: {@link presentItem} as text. */
export function encodeItem(presentation: Presentation, stored: KubeObject): string {
  return isAsStored(presentation)
    ? textOf(stored)
    : JSON.stringify(presentItem(presentation, stored));
}

function isAsStored({ shape, resource }: Presentation): boolean {
  return shape === "object" && resource.conversion === undefined;
}

function textOf(stored: KubeObject): string {
  const { kind: _kind, apiVersion: _apiVersion, ...fields } = stored;
  const text = texts.get(stored) ?? JSON.stringify(fields);
  texts.set(stored, text);
  return text;
}
