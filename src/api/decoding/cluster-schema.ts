import { conditions, kindSchema, objectReference } from "./meta-schema.ts";
import { podSpec } from "./pod-schema.ts";
import {
  any,
  boolean,
  each,
  integer,
  list,
  object,
  quantityMap,
  type Schema,
  string,
  stringMap,
  strings,
} from "./schema.ts";

export const configMap: Schema = kindSchema({
  data: stringMap,
  binaryData: stringMap,
  immutable: boolean,
});

export const secret: Schema = kindSchema({
  type: string,
  data: stringMap,
  stringData: stringMap,
  immutable: boolean,
});

export const serviceAccount: Schema = kindSchema({
  ...each(any, "secrets", "imagePullSecrets"),
  automountServiceAccountToken: boolean,
});

export const namespace: Schema = kindSchema({
  spec: object({ finalizers: strings }),
  status: object({ phase: string, conditions }),
});

export const node: Schema = kindSchema({
  spec: object({
    ...each(string, "podCIDR", "providerID", "externalID"),
    podCIDRs: strings,
    unschedulable: boolean,
    taints: list(object(each(string, "key", "value", "effect", "timeAdded"))),
    configSource: any,
  }),
  status: object({
    addresses: list(object(each(string, "type", "address"))),
    conditions,
    ...each(quantityMap, "capacity", "allocatable"),
    phase: string,
    ...each(
      any,
      "config",
      "daemonEndpoints",
      "declaredFeatures",
      "features",
      "images",
      "nodeInfo",
      "runtimeHandlers",
      "volumesAttached",
      "volumesInUse",
    ),
  }),
});

export const pod: Schema = kindSchema({ spec: podSpec, status: any });

export const event: Schema = kindSchema({
  ...each(
    string,
    "type",
    "reason",
    "message",
    "action",
    "eventTime",
    "firstTimestamp",
    "lastTimestamp",
    "reportingComponent",
    "reportingInstance",
  ),
  count: integer,
  ...each(objectReference, "involvedObject", "related"),
  source: object(each(string, "component", "host")),
  series: any,
});
