import { kindSchemas } from "../../../api/decoding/kind-schemas.ts";
import type { Schema } from "../../../api/decoding/schema.ts";
import { groupOf, type Kind, kinds } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";

/** How objects of the store look under another group or version of the API, and back. */
interface Conversion {
  /** What clients see of them. */
  readonly schema: Schema;
  /** Fields that have another name in the store, where they are described. */
  readonly storedNames?: ReadonlyMap<string, string>;
  readonly toWire: (stored: KubeObject) => KubeObject;
  readonly fromWire: (input: Readonly<Record<string, unknown>>) => unknown;
}

/** One way to reach the objects of a kind: a group, a version and a plural name in a URL. */
export interface Resource {
  /** `""` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  /** The kind that clients see. */
  readonly kind: string;
  /** The kind that the store holds. */
  readonly stored: Kind;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** `all` is what `kubectl get all` lists. */
  readonly categories: readonly string[];
  /** Absent where clients see what the store holds. */
  readonly conversion?: Conversion;
  /** Why there is nothing of it, and nothing of it can be made. */
  readonly refusal?: string;
}

/** In the order in which a real server lists them. */
const resourceVerbs = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
] as const;

/** Of what there is nothing: one may look. */
const absentVerbs: readonly string[] = ["get", "list", "watch"];

export function verbsOf({ refusal }: Resource): readonly string[] {
  return refusal === undefined ? resourceVerbs : absentVerbs;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `kubectl get endpoint` is what people write, and what articles print. */
const singulars: ReadonlyMap<Kind, string> = new Map([["Endpoints", "endpoint"]]);

/** The resource of a kind as the store has it. */
export function storedResource(kind: Kind, categories: readonly string[] = []): Resource {
  const { apiVersion, plural, shortNames, namespaced } = kinds[kind];
  return {
    group: groupOf(kind),
    version: apiVersion.split("/").at(-1) ?? "",
    plural,
    singular: singulars.get(kind) ?? kind.toLowerCase(),
    kind,
    stored: kind,
    namespaced,
    shortNames,
    categories,
  };
}

/** What clients of `resource` see of an object of the store. */
export function toWire({ conversion }: Resource, stored: KubeObject): KubeObject {
  return conversion === undefined ? stored : conversion.toWire(stored);
}

/** What clients of `resource` see of its objects, field by field. */
export function schemaOf({ conversion, stored }: Resource): Schema {
  return conversion?.schema ?? kindSchemas[stored];
}
