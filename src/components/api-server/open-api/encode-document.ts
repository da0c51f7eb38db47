/**
 * OpenAPI 2.0 as protobuf: the only form that kubectl before 1.27 takes. After
 * gnostic's OpenAPIv2.proto; only the fields that the document has.
 */
import type { PatchOperation, QueryParameter, SwaggerDocument } from "./document-v2.ts";
import type { JsonSchema } from "./json-schema.ts";

type Bytes = Uint8Array;

export function encodeSwagger({ swagger, info, paths, definitions }: SwaggerDocument): Bytes {
  return message(
    [1, swagger],
    [2, message([1, info.title], [2, info.version])],
    [8, message(...named(2, paths, ({ patch }) => message([8, operation(patch)])))],
    [9, message(...named(1, definitions, schema))],
  );
}

function operation(patch: PatchOperation): Bytes {
  const { parameters, responses } = patch;
  const responseOf = (text: { readonly description: string }): Bytes =>
    message([1, message([1, text.description])]);
  return message(
    ...parameters.map((each): Field => [8, parameter(each)]),
    [9, message(...named(1, responses, responseOf))],
    ...extensions(13, patch),
  );
}

/** ParametersItem › Parameter › NonBodyParameter › QueryParameterSubSchema. */
function parameter({ name, in: place, type, description }: QueryParameter): Bytes {
  const query = message([2, place], [3, description], [4, name], [6, type]);
  return message([1, message([2, message([3, query])])]);
}

function schema(value: JsonSchema): Bytes {
  const { $ref, format, description, required, additionalProperties, type, items, properties } =
    value;
  return message(
    [1, $ref],
    [2, format],
    [4, description],
    ...(required ?? []).map((name): Field => [19, name]),
    [21, additionalProperties && message([1, schema(additionalProperties)])],
    [22, type && message([1, type])],
    [23, items && message([1, schema(items)])],
    [25, properties && message(...named(1, properties, schema))],
    ...extensions(31, value),
  );
}

/** Extensions are YAML in a text; JSON is YAML. */
function extensions(number: number, value: object): Field[] {
  return Object.entries(value)
    .filter(([key]) => key.startsWith("x-"))
    .map(([key, each]) => [
      number,
      message([1, key], [2, message([2, `${JSON.stringify(each)}\n`])]),
    ]);
}

/** Maps are lists of name and value. */
function named<T>(
  number: number,
  map: Readonly<Record<string, T>>,
  encode: (value: T) => Bytes,
): Field[] {
  return Object.entries(map).map(([name, value]) => [
    number,
    message([1, name], [2, encode(value)]),
  ]);
}

/** A field's number and its value; undefined leaves it out. Every field here is text or a message. */
type Field = readonly [number: number, value: Bytes | string | undefined];

const lengthDelimited = 2;

function message(...fields: readonly Field[]): Bytes {
  const parts = fields.flatMap(([number, value]) => {
    if (value === undefined) return [];
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    return [varint((number << 3) | lengthDelimited), varint(bytes.byteLength), bytes];
  });
  return Buffer.concat(parts);
}

/** Base 128, least significant group first; the high bit says that more follows. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}
