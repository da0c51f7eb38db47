/**
 * What the API's objects may hold, field by field: the types, the fields'
 * names, and how several writers share a field. The one place where that is
 * written: decoding, strategic merge patches, server-side apply and the OpenAPI
 * documents all read it. The words are those of the API's own OpenAPI
 * extensions, without `x-kubernetes-`.
 */

export type Schema =
  | { readonly type: "any" }
  | { readonly type: "boolean" }
  | { readonly type: "integer" }
  /** A port number or name; a count or a percentage. */
  | { readonly type: "integer-or-string" }
  | { readonly type: "string" }
  /** RFC 3339. */
  | { readonly type: "time" }
  /** `500m`, `1.5Gi`, `2`: a text, which YAML also lets stand without quotes as a number. */
  | { readonly type: "quantity" }
  | ListSchema
  | MapSchema
  | ObjectSchema;

export interface ListSchema extends ListSharing {
  readonly type: "list";
  readonly items: Schema;
}

/** Without any of it a list is atomic: whoever writes an item writes the list. */
export interface ListSharing {
  /** For server-side apply: `set` of scalars; `map` of objects told apart by {@link listMapKeys}. */
  readonly listType?: "set" | "map";
  readonly listMapKeys?: readonly string[];
  /** What a key that is left out means. */
  readonly keyDefaults?: Readonly<Record<string, string>>;
  /** For strategic merge patches: `merge` items instead of replacing the list. `retainKeys`: an item may drop its other fields. */
  readonly patchStrategy?: "merge" | "merge,retainKeys";
  readonly patchMergeKey?: string;
}

interface MapSchema {
  readonly type: "map";
  readonly values: Schema;
  /** Whoever writes an entry writes all of them. */
  readonly mapType?: "atomic";
}

export interface ObjectSchema extends ObjectTraits {
  readonly type: "object";
  readonly fields: Fields;
}

export interface ObjectTraits {
  /** The type's name in the API: `core.v1.Container`. What has none is described where it stands. */
  readonly name?: string;
  readonly required?: readonly string[];
  /** Whoever writes a field writes all of them. */
  readonly mapType?: "atomic";
  readonly patchStrategy?: "retainKeys";
}

export type Fields = Readonly<Record<string, Schema>>;

export const any: Schema = { type: "any" };
export const boolean: Schema = { type: "boolean" };
export const integer: Schema = { type: "integer" };
export const integerOrString: Schema = { type: "integer-or-string" };
export const string: Schema = { type: "string" };
export const time: Schema = { type: "time" };
const quantity: Schema = { type: "quantity" };
export const strings: Schema = { type: "list", items: string };
export const stringMap: Schema = { type: "map", values: string };
/** Whoever writes an entry writes all of them: a selector is one thing. */
export const atomicStringMap: Schema = { type: "map", values: string, mapType: "atomic" };
/** An object whose fields nobody here reads. */
export const anyObject: Schema = { type: "map", values: any };
export const quantityMap: Schema = { type: "map", values: quantity };

export function list(items: Schema, sharing: ListSharing = {}): ListSchema {
  return { type: "list", items, ...sharing };
}

/** A list of objects that are told apart by one field, for apply and for strategic merge patches alike. */
export function listByKey(key: string, items: Schema): ListSchema {
  return list(items, {
    listType: "map",
    listMapKeys: [key],
    patchStrategy: "merge",
    patchMergeKey: key,
  });
}

export function object(fields: Fields, traits: ObjectTraits = {}): ObjectSchema {
  return { type: "object", fields, ...traits };
}

/** Several fields of one type: `each(string, "name", "namespace")`. */
export function each(schema: Schema, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, schema]));
}
