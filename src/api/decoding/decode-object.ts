import {
  type FieldError,
  formatFieldPath,
  notSupported,
  required,
  typeInvalid,
} from "../errors/field-errors.ts";
import { type AnyObject, isKind, type Kind, kinds } from "../objects/kinds.ts";
import { checkSchema, isRecord, type UnknownField } from "./check-schema.ts";
import { kindSchemas } from "./kind-schemas.ts";

export interface Decoded {
  /** Absent when something in it has the wrong type, or it is of no kind that the store holds. */
  readonly object?: AnyObject;
  readonly errors: readonly FieldError[];
  readonly unknownFields: readonly UnknownField[];
}

/**
 * Reads an object of unknown shape, as it comes out of YAML or JSON. What it
 * answers has each field's type right; whether the values make sense is for
 * {@link validateObject} to say. Required fields that are absent are put in
 * empty, so that whoever reads further need not ask; validation misses them there.
 */
export function decodeObject(input: unknown): Decoded {
  const kind = kindOf(input);
  if (typeof kind !== "string") return { errors: kind, unknownFields: [] };
  const { value, errors, unknownFields } = checkSchema(input, kindSchemas[kind]);
  if (errors.length > 0) return { errors, unknownFields };
  const object = withSkeleton(kind, isRecord(value) ? value : {});
  return { object, errors, unknownFields };
}

/** `unknown field "spec.replica", did you mean "replicas"?` */
export function describeUnknownField({ path, suggestions }: UnknownField): string {
  const [nearest] = suggestions;
  const question = nearest === undefined ? "" : `, did you mean ${JSON.stringify(nearest)}?`;
  return `unknown field ${JSON.stringify(formatFieldPath(path))}${question}`;
}

function kindOf(input: unknown): Kind | readonly FieldError[] {
  if (!isRecord(input)) return [typeInvalid([], input, "must be an object of the Kubernetes API")];
  const { apiVersion, kind } = input as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const missing = [
    ...(typeof apiVersion === "string" ? [] : [required(["apiVersion"])]),
    ...(typeof kind === "string" ? [] : [required(["kind"])]),
  ];
  if (typeof kind !== "string" || missing.length > 0) return missing;
  if (!isKind(kind)) return [notSupported(["kind"], kind, Object.keys(kinds))];
  const { apiVersion: known } = kinds[kind];
  return apiVersion === known ? kind : [notSupported(["apiVersion"], apiVersion, [known])];
}

type Loose = Readonly<Record<string, unknown>>;

/** What the types require, empty. */
function withSkeleton(kind: Kind, object: Loose): AnyObject {
  const given = isRecord(object["metadata"]) ? object["metadata"] : {};
  const complete = { ...object, metadata: { name: "", ...given }, ...skeletonOf(kind, object) };
  // The schema of a kind lists what its type requires, and what was absent has been added.
  return complete as unknown as AnyObject;
}

function skeletonOf(kind: Kind, object: Loose): Loose {
  const spec = isRecord(object["spec"]) ? object["spec"] : {};
  switch (kind) {
    case "Pod":
      return { spec: { containers: [], ...spec } };
    case "DaemonSet":
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet": {
      const template = isRecord(spec["template"]) ? spec["template"] : {};
      const podSpec = isRecord(template["spec"]) ? template["spec"] : {};
      return { spec: { ...spec, template: { ...template, spec: { containers: [], ...podSpec } } } };
    }
    case "NetworkPolicy":
      return { spec: { podSelector: {}, ...spec } };
    case "Node":
    case "Service":
      return { spec };
    case "ClusterRoleBinding":
    case "RoleBinding":
      return { roleRef: { ...(isRecord(object["roleRef"]) && object["roleRef"]) } };
    case "EndpointSlice":
      return { endpoints: object["endpoints"] ?? [], ports: object["ports"] ?? [] };
    default:
      return {};
  }
}
