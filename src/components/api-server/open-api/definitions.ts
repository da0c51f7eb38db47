/** The API's types as JSON Schema, from the same schemas that objects are decoded by. */
import type { ListSchema, ObjectSchema, Schema } from "../../../api/decoding/schema.ts";
import { type Resource, schemaOf } from "../resources/resource.ts";
import type { Review } from "../reviews/review.ts";
import { definitionName, shortName, typeNameOf } from "./definition-name.ts";
import { descriptionOf } from "./descriptions.ts";
import type { Definitions, JsonSchema } from "./json-schema.ts";

/** How one version of OpenAPI says what the other says in other words. */
export interface Dialect {
  /** A type that is defined by itself, with what is said of the field that has it. */
  readonly reference: (name: string, about: JsonSchema) => JsonSchema;
  /** A port number or name. */
  readonly integerOrString: JsonSchema;
  /** What nobody here reads: mostly an object. */
  readonly anything: JsonSchema;
}

const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/** Every type that the resources need, by the name of its definition. */
export function definitionsOf(
  resources: readonly Resource[],
  reviews: readonly Review[],
  dialect: Dialect,
): Definitions {
  const collected = new Map<string, JsonSchema>([
    [intOrString, { ...about(descriptionOf("IntOrString")), ...dialect.integerOrString }],
    [quantity, { ...about(descriptionOf("Quantity")), type: "string" }],
  ]);
  const writer = new Writer(dialect, collected);
  for (const resource of resources) {
    writer.addKind(resource, schemaOf(resource), resource.conversion?.storedNames);
  }
  for (const review of reviews) writer.addKind(review, review.schema);
  return Object.fromEntries([...collected].sort(([a], [b]) => (a < b ? -1 : 1)));
}

class Writer {
  readonly #dialect: Dialect;
  readonly #collected: Map<string, JsonSchema>;

  constructor(dialect: Dialect, collected: Map<string, JsonSchema>) {
    this.#dialect = dialect;
    this.#collected = collected;
  }

  /** @param storedNames of fields that are described under another name. */
  addKind(
    kind: Pick<Resource, "group" | "kind" | "version">,
    schema: Schema,
    storedNames?: ReadonlyMap<string, string>,
  ): void {
    const typeName = typeNameOf(kind);
    const body: JsonSchema =
      schema.type === "object"
        ? this.#object(nameParts(schema, typeName), typeName, storedNames)
        : { type: "object" };
    const { group, kind: name, version } = kind;
    this.#collected.set(definitionName(typeName), {
      ...body,
      "x-kubernetes-group-version-kind": [{ group, kind: name, version }],
    });
  }

  #object(
    { fields, required = [], mapType }: ObjectSchema,
    typeName: string,
    storedNames: ReadonlyMap<string, string> = new Map(),
  ): JsonSchema {
    const short = shortName(typeName);
    return {
      ...about(descriptionOf(short)),
      type: "object",
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, schema]) => [
          name,
          this.#field(schema, descriptionOf(`${short}.${storedNames.get(name) ?? name}`)),
        ]),
      ),
      ...(required.length > 0 && { required }),
      ...(mapType && { "x-kubernetes-map-type": mapType }),
    };
  }

  #field(schema: Schema, description: string | undefined): JsonSchema {
    const said = about(description);
    switch (schema.type) {
      case "any":
        return { ...said, ...this.#dialect.anything };
      case "boolean":
      case "string":
        return { ...said, type: schema.type };
      case "integer":
        return { ...said, type: "integer", format: "int32" };
      case "time":
        return { ...said, type: "string", format: "date-time" };
      case "integer-or-string":
        return this.#dialect.reference(intOrString, said);
      case "quantity":
        return this.#dialect.reference(quantity, said);
      case "map":
        return {
          ...said,
          type: "object",
          additionalProperties: this.#field(schema.values, undefined),
          ...(schema.mapType && { "x-kubernetes-map-type": schema.mapType }),
        };
      case "list":
        return { ...said, ...this.#list(schema) };
      case "object":
        return this.#reference(schema, said);
    }
  }

  #list({ items, listType, listMapKeys, patchStrategy, patchMergeKey }: ListSchema): JsonSchema {
    return {
      type: "array",
      items: this.#field(items, undefined),
      "x-kubernetes-list-type": listType ?? "atomic",
      ...(listMapKeys && { "x-kubernetes-list-map-keys": listMapKeys }),
      ...(patchStrategy && { "x-kubernetes-patch-strategy": patchStrategy }),
      ...(patchMergeKey && { "x-kubernetes-patch-merge-key": patchMergeKey }),
    };
  }

  /** A type with a name is written once and referred to; one without is written where it stands. */
  #reference(schema: ObjectSchema, said: JsonSchema): JsonSchema {
    const { name, patchStrategy } = schema;
    if (name === undefined) return { ...this.#object(schema, ""), ...said };
    const definition = definitionName(name);
    if (!this.#collected.has(definition)) {
      // Before its fields are looked at: a type may contain itself.
      this.#collected.set(definition, {});
      this.#collected.set(definition, this.#object(schema, name));
    }
    return this.#dialect.reference(definition, {
      ...said,
      ...(patchStrategy && { "x-kubernetes-patch-strategy": patchStrategy }),
    });
  }
}

/** `spec` and `status` of a kind are types of their own: DeploymentSpec, DeploymentStatus. */
function nameParts(schema: ObjectSchema, typeName: string): ObjectSchema {
  const named = (part: "Spec" | "Status", field: Schema | undefined): object =>
    field?.type === "object" && field.name === undefined
      ? { [part.toLowerCase()]: { ...field, name: `${typeName}${part}` } }
      : {};
  return {
    ...schema,
    fields: {
      ...schema.fields,
      ...named("Spec", schema.fields["spec"]),
      ...named("Status", schema.fields["status"]),
    },
  };
}

function about(description: string | undefined): JsonSchema {
  return description === undefined ? {} : { description };
}
