import { kindSchema, labelSelector } from "./meta-schema.ts";
import { podTemplate } from "./pod-schema.ts";
import {
  any,
  boolean,
  each,
  integer,
  integerOrString,
  list,
  object,
  type Schema,
  string,
} from "./schema.ts";

const shared = { selector: labelSelector, template: podTemplate } as const;

const rollingUpdate = object(each(integerOrString, "maxSurge", "maxUnavailable"));

export const deployment: Schema = kindSchema({
  spec: object({
    ...shared,
    ...each(
      integer,
      "replicas",
      "minReadySeconds",
      "revisionHistoryLimit",
      "progressDeadlineSeconds",
    ),
    paused: boolean,
    strategy: object({ type: string, rollingUpdate }),
  }),
  status: any,
});

export const replicaSet: Schema = kindSchema({
  spec: object({ ...shared, ...each(integer, "replicas", "minReadySeconds") }),
  status: any,
});

export const statefulSet: Schema = kindSchema({
  spec: object({
    ...shared,
    ...each(integer, "replicas", "minReadySeconds", "revisionHistoryLimit"),
    ...each(string, "serviceName", "podManagementPolicy"),
    updateStrategy: object({
      type: string,
      rollingUpdate: object({ partition: integer, maxUnavailable: integerOrString }),
    }),
    ordinals: object({ start: integer }),
    volumeClaimTemplates: list(kindSchema({ spec: any, status: any })),
    persistentVolumeClaimRetentionPolicy: object(each(string, "whenDeleted", "whenScaled")),
  }),
  status: any,
});

export const controllerRevision: Schema = kindSchema({ data: any, revision: integer });

export const daemonSet: Schema = kindSchema({
  spec: object({
    ...shared,
    ...each(integer, "minReadySeconds", "revisionHistoryLimit"),
    updateStrategy: object({ type: string, rollingUpdate }),
  }),
  status: any,
});
