/** What the API's objects may hold, field by field: enough to check types and to know each field's name. */

export type Schema =
  | { readonly type: "any" }
  | { readonly type: "boolean" }
  | { readonly type: "integer" }
  /** A port number or name; a count or a percentage. */
  | { readonly type: "integer-or-string" }
  | { readonly type: "string" }
  /** `500m`, `1.5Gi`, `2`: a text, which YAML also lets stand without quotes as a number. */
  | { readonly type: "quantity" }
  | { readonly type: "list"; readonly items: Schema }
  | { readonly type: "map"; readonly values: Schema }
  | { readonly type: "object"; readonly fields: Fields };

export type Fields = Readonly<Record<string, Schema>>;

export const any: Schema = { type: "any" };
export const boolean: Schema = { type: "boolean" };
export const integer: Schema = { type: "integer" };
export const integerOrString: Schema = { type: "integer-or-string" };
export const string: Schema = { type: "string" };
const quantity: Schema = { type: "quantity" };
export const strings: Schema = { type: "list", items: string };
export const stringMap: Schema = { type: "map", values: string };
/** An object whose fields nobody here reads. */
export const anyObject: Schema = { type: "map", values: any };
export const quantityMap: Schema = { type: "map", values: quantity };

export function list(items: Schema): Schema {
  return { type: "list", items };
}

export function object(fields: Fields): Schema {
  return { type: "object", fields };
}

/** Several fields of one type: `each(string, "name", "namespace")`. */
export function each(schema: Schema, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, schema]));
}
