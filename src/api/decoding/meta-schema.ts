import {
  any,
  boolean,
  each,
  type Fields,
  integer,
  list,
  object,
  type Schema,
  string,
  stringMap,
  strings,
} from "./schema.ts";

export const metadata: Schema = object({
  ...each(
    string,
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
  ),
  ...each(integer, "generation", "deletionGracePeriodSeconds"),
  ...each(stringMap, "labels", "annotations"),
  ownerReferences: list(
    object({
      ...each(string, "apiVersion", "kind", "name", "uid"),
      ...each(boolean, "controller", "blockOwnerDeletion"),
    }),
  ),
  finalizers: strings,
  managedFields: any,
});

/** What every object has; add the kind's own fields. */
export function kindSchema(fields: Fields): Schema {
  return object({ ...each(string, "apiVersion", "kind"), metadata, ...fields });
}

export const labelSelector: Schema = object({
  matchLabels: stringMap,
  matchExpressions: list(object({ ...each(string, "key", "operator"), values: strings })),
});

/** core/v1's ObjectReference. */
export const objectReference: Schema = object(
  each(string, "apiVersion", "kind", "namespace", "name", "uid", "resourceVersion", "fieldPath"),
);

/** Of any kind's status. */
export const conditions: Schema = list(
  object({
    ...each(
      string,
      "type",
      "status",
      "reason",
      "message",
      "lastTransitionTime",
      "lastUpdateTime",
      "lastProbeTime",
      "lastHeartbeatTime",
    ),
    observedGeneration: integer,
  }),
);
