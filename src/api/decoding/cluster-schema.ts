import { conditions, kindSchema, objectReference } from "./meta-schema.ts";
import { localReference, podSpec } from "./pod-schema.ts";
import { podStatus } from "./pod-status-schema.ts";
import {
  any,
  anyObject,
  boolean,
  each,
  integer,
  list,
  listByKey,
  object,
  quantityMap,
  type Schema,
  string,
  stringMap,
  strings,
  time,
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
  secrets: listByKey("name", objectReference),
  imagePullSecrets: list(localReference),
  automountServiceAccountToken: boolean,
});

export const namespace: Schema = kindSchema({
  spec: object({ finalizers: strings }),
  status: object({ phase: string, conditions }),
});

const taint = object(
  { ...each(string, "key", "value", "effect"), timeAdded: time },
  { name: "core.v1.Taint", required: ["key", "effect"] },
);

const nodeInfo = object(
  {
    ...each(
      string,
      "machineID",
      "systemUUID",
      "bootID",
      "kernelVersion",
      "osImage",
      "containerRuntimeVersion",
      "kubeletVersion",
      "kubeProxyVersion",
      "operatingSystem",
      "architecture",
    ),
    swap: anyObject,
  },
  { name: "core.v1.NodeSystemInfo" },
);

export const node: Schema = kindSchema({
  spec: object({
    ...each(string, "podCIDR", "providerID", "externalID"),
    podCIDRs: list(string, { listType: "set", patchStrategy: "merge" }),
    unschedulable: boolean,
    taints: list(taint),
    configSource: any,
  }),
  status: object({
    addresses: listByKey(
      "type",
      object(each(string, "type", "address"), {
        name: "core.v1.NodeAddress",
        required: ["type", "address"],
      }),
    ),
    conditions,
    ...each(quantityMap, "capacity", "allocatable"),
    phase: string,
    nodeInfo,
    ...each(any, "config", "daemonEndpoints", "features"),
    ...each(list(any), "images", "runtimeHandlers", "volumesAttached"),
    ...each(strings, "declaredFeatures", "volumesInUse"),
  }),
});

export const pod: Schema = kindSchema({
  spec: podSpec,
  status: podStatus,
});

export const event: Schema = kindSchema({
  ...each(string, "type", "reason", "message", "action", "reportingComponent", "reportingInstance"),
  ...each(time, "eventTime", "firstTimestamp", "lastTimestamp"),
  count: integer,
  ...each(objectReference, "involvedObject", "related"),
  source: object(each(string, "component", "host"), { name: "core.v1.EventSource" }),
  series: object({ count: integer, lastObservedTime: time }, { name: "core.v1.EventSeries" }),
});
