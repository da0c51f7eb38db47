/** The fields by which a real server lets objects of a kind be selected. Not every field is one. */
import type { Kind } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";

/** The field's path in the object; `a|b` is the first of two that is there. */
type Fields = Readonly<Record<string, string>>;

const byMetadata: Fields = {
  "metadata.name": "metadata.name",
  "metadata.namespace": "metadata.namespace",
};

const ofEvents = (about: string): Fields =>
  Object.fromEntries(
    ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map(
      (field) => [`${about}.${field}`, `involvedObject.${field}`],
    ),
  );

const ofKind: { readonly [K in Kind]?: Fields } = {
  Event: {
    ...ofEvents("involvedObject"),
    ...ofEvents("regarding"),
    reason: "reason",
    reportingComponent: "reportingComponent",
    reportingController: "reportingComponent",
    source: "source.component|reportingComponent",
    type: "type",
  },
  Namespace: { "status.phase": "status.phase" },
  Node: { "spec.unschedulable": "spec.unschedulable" },
  Pod: {
    "spec.nodeName": "spec.nodeName",
    "spec.restartPolicy": "spec.restartPolicy",
    "spec.schedulerName": "spec.schedulerName",
    "spec.serviceAccountName": "spec.serviceAccountName",
    "spec.hostNetwork": "spec.hostNetwork",
    "status.phase": "status.phase",
    "status.podIP": "status.podIP",
    "status.podIPs": "status.podIP",
    "status.nominatedNodeName": "status.nominatedNodeName",
  },
  ReplicaSet: { "status.replicas": "status.replicas" },
  Secret: { type: "type" },
  Service: { "spec.clusterIP": "spec.clusterIP", "spec.type": "spec.type" },
};

/** What absent values count as, where that is not the empty text. */
const absent: Readonly<Record<string, string>> = {
  "spec.unschedulable": "false",
  "spec.hostNetwork": "false",
  "status.replicas": "0",
};

/** How to read a field of a kind's objects as text; undefined when one cannot select by it. */
export function selectableField(
  kind: Kind,
  field: string,
): ((object: KubeObject) => string) | undefined {
  const paths = { ...byMetadata, ...ofKind[kind] }[field]?.split("|");
  if (paths === undefined) return undefined;
  return (object) => {
    for (const path of paths) {
      const value = valueAt(object, path);
      if (value !== undefined && value !== null) return String(value);
    }
    return absent[field] ?? "";
  };
}

/** Kinds with fields of their own answer with other words when they are asked for another. */
export function hasOwnFields(kind: Kind): boolean {
  return ofKind[kind] !== undefined;
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
