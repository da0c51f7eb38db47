import {
  any,
  boolean,
  each,
  type Fields,
  integer,
  list,
  listByKey,
  object,
  type Schema,
  string,
  stringMap,
  strings,
  time,
} from "./schema.ts";

const ownerReference = object(
  {
    ...each(string, "apiVersion", "kind", "name", "uid"),
    ...each(boolean, "controller", "blockOwnerDeletion"),
  },
  {
    name: "meta.v1.OwnerReference",
    required: ["apiVersion", "kind", "name", "uid"],
    mapType: "atomic",
  },
);

const managedFieldsEntry = object(
  {
    ...each(string, "manager", "operation", "apiVersion", "fieldsType", "subresource"),
    time,
    fieldsV1: any,
  },
  { name: "meta.v1.ManagedFieldsEntry" },
);

export const metadata: Schema = object(
  {
    ...each(string, "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion"),
    ...each(time, "creationTimestamp", "deletionTimestamp"),
    ...each(integer, "generation", "deletionGracePeriodSeconds"),
    ...each(stringMap, "labels", "annotations"),
    ownerReferences: listByKey("uid", ownerReference),
    finalizers: list(string, { listType: "set", patchStrategy: "merge" }),
    managedFields: list(managedFieldsEntry),
  },
  { name: "meta.v1.ObjectMeta" },
);

/** What every object has; add the kind's own fields. */
export function kindSchema(fields: Fields): Schema {
  return object({ ...each(string, "apiVersion", "kind"), metadata, ...fields });
}

export const labelSelector: Schema = object(
  {
    matchLabels: stringMap,
    matchExpressions: list(
      object(
        { ...each(string, "key", "operator"), values: strings },
        { name: "meta.v1.LabelSelectorRequirement", required: ["key", "operator"] },
      ),
    ),
  },
  { name: "meta.v1.LabelSelector", mapType: "atomic" },
);

/** core/v1's ObjectReference. */
export const objectReference: Schema = object(
  each(string, "apiVersion", "kind", "namespace", "name", "uid", "resourceVersion", "fieldPath"),
  { name: "core.v1.ObjectReference", mapType: "atomic" },
);

/** Of any kind's status. */
export const conditions: Schema = listByKey(
  "type",
  object(
    {
      ...each(string, "type", "status", "reason", "message"),
      ...each(time, "lastTransitionTime", "lastUpdateTime", "lastProbeTime", "lastHeartbeatTime"),
      observedGeneration: integer,
    },
    { name: "meta.v1.Condition", required: ["type", "status"] },
  ),
);
