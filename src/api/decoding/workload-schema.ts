import { conditions, kindSchema, labelSelector } from "./meta-schema.ts";
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
const required = ["selector", "template"] as const;

const surge = each(integerOrString, "maxSurge", "maxUnavailable");

export const deployment: Schema = kindSchema({
  spec: object(
    {
      ...shared,
      ...each(
        integer,
        "replicas",
        "minReadySeconds",
        "revisionHistoryLimit",
        "progressDeadlineSeconds",
      ),
      paused: boolean,
      strategy: object(
        {
          type: string,
          rollingUpdate: object(surge, { name: "apps.v1.RollingUpdateDeployment" }),
        },
        { name: "apps.v1.DeploymentStrategy", patchStrategy: "retainKeys" },
      ),
    },
    { required },
  ),
  status: object({
    ...each(
      integer,
      "observedGeneration",
      "replicas",
      "updatedReplicas",
      "readyReplicas",
      "availableReplicas",
      "unavailableReplicas",
      "terminatingReplicas",
      "collisionCount",
    ),
    conditions,
  }),
});

export const replicaSet: Schema = kindSchema({
  spec: object(
    { ...shared, ...each(integer, "replicas", "minReadySeconds") },
    { required: ["selector"] },
  ),
  status: object({
    ...each(
      integer,
      "observedGeneration",
      "replicas",
      "fullyLabeledReplicas",
      "readyReplicas",
      "availableReplicas",
      "terminatingReplicas",
    ),
    conditions,
  }),
});

export const statefulSet: Schema = kindSchema({
  spec: object(
    {
      ...shared,
      ...each(integer, "replicas", "minReadySeconds", "revisionHistoryLimit"),
      ...each(string, "serviceName", "podManagementPolicy"),
      updateStrategy: object(
        {
          type: string,
          rollingUpdate: object(
            { partition: integer, maxUnavailable: integerOrString },
            { name: "apps.v1.RollingUpdateStatefulSetStrategy" },
          ),
        },
        { name: "apps.v1.StatefulSetUpdateStrategy" },
      ),
      ordinals: object({ start: integer }, { name: "apps.v1.StatefulSetOrdinals" }),
      volumeClaimTemplates: list(kindSchema({ spec: any, status: any })),
      persistentVolumeClaimRetentionPolicy: object(each(string, "whenDeleted", "whenScaled"), {
        name: "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy",
      }),
    },
    { required },
  ),
  status: object({
    ...each(
      integer,
      "observedGeneration",
      "replicas",
      "readyReplicas",
      "availableReplicas",
      "currentReplicas",
      "updatedReplicas",
      "collisionCount",
    ),
    ...each(string, "currentRevision", "updateRevision"),
    conditions,
  }),
});

export const controllerRevision: Schema = kindSchema({ data: any, revision: integer });

export const daemonSet: Schema = kindSchema({
  spec: object(
    {
      ...shared,
      ...each(integer, "minReadySeconds", "revisionHistoryLimit"),
      updateStrategy: object(
        {
          type: string,
          rollingUpdate: object(surge, { name: "apps.v1.RollingUpdateDaemonSet" }),
        },
        { name: "apps.v1.DaemonSetUpdateStrategy" },
      ),
    },
    { required },
  ),
  status: object({
    ...each(
      integer,
      "observedGeneration",
      "currentNumberScheduled",
      "numberMisscheduled",
      "desiredNumberScheduled",
      "numberReady",
      "numberAvailable",
      "numberUnavailable",
      "updatedNumberScheduled",
      "collisionCount",
    ),
    conditions,
  }),
});
