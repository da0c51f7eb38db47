/** What the API server fills in the objects of apps/v1. */
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../objects/workload.ts";
import { defaultPodTemplate } from "./pod.ts";

const revisionHistoryLimit = 10;

export function defaultDeployment(deployment: Deployment): Deployment {
  const { spec } = deployment;
  return {
    ...deployment,
    spec: {
      replicas: 1,
      revisionHistoryLimit,
      progressDeadlineSeconds: 600,
      ...spec,
      strategy: defaultStrategy(spec.strategy ?? {}),
      template: defaultPodTemplate(spec.template),
    },
  };
}

type Strategy = NonNullable<Deployment["spec"]["strategy"]>;

function defaultStrategy({ type = "RollingUpdate", rollingUpdate, ...rest }: Strategy): Strategy {
  // Given with Recreate, rollingUpdate stays, for validation to refuse.
  if (type !== "RollingUpdate") return { ...rest, type, ...(rollingUpdate && { rollingUpdate }) };
  const quarter = { maxUnavailable: "25%", maxSurge: "25%" };
  return { ...rest, type, rollingUpdate: { ...quarter, ...rollingUpdate } };
}

export function defaultReplicaSet(replicaSet: ReplicaSet): ReplicaSet {
  const { spec } = replicaSet;
  return {
    ...withTemplateLabels(replicaSet),
    spec: { replicas: 1, ...spec, template: defaultPodTemplate(spec.template) },
    status: { replicas: 0, ...replicaSet.status },
  };
}

/** A ReplicaSet, and only it, takes its template's labels when it has none of its own. */
function withTemplateLabels(replicaSet: ReplicaSet): ReplicaSet {
  const { metadata, spec } = replicaSet;
  const { labels } = spec.template.metadata ?? {};
  if (metadata.labels !== undefined || labels === undefined) return replicaSet;
  return { ...replicaSet, metadata: { ...metadata, labels } };
}

export function defaultStatefulSet(statefulSet: StatefulSet): StatefulSet {
  const { spec } = statefulSet;
  const { type = "RollingUpdate", rollingUpdate, ...strategy } = spec.updateStrategy ?? {};
  return {
    ...statefulSet,
    spec: {
      replicas: 1,
      podManagementPolicy: "OrderedReady",
      revisionHistoryLimit,
      ...untypedStatefulSetDefaults,
      ...spec,
      updateStrategy: {
        ...strategy,
        type,
        ...(type === "RollingUpdate"
          ? { rollingUpdate: { partition: 0, ...rollingUpdate } }
          : rollingUpdate && { rollingUpdate }),
      },
      template: defaultPodTemplate(spec.template),
    },
    status: { replicas: 0, ...statefulSet.status },
  };
}

const untypedStatefulSetDefaults = {
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
} as const;

export function defaultDaemonSet(daemonSet: DaemonSet): DaemonSet {
  const { spec } = daemonSet;
  const { type = "RollingUpdate", rollingUpdate, ...strategy } = spec.updateStrategy ?? {};
  return {
    ...daemonSet,
    spec: {
      revisionHistoryLimit,
      ...spec,
      updateStrategy: {
        ...strategy,
        type,
        ...(type === "RollingUpdate"
          ? { rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...rollingUpdate } }
          : rollingUpdate && { rollingUpdate }),
      },
      template: defaultPodTemplate(spec.template),
    },
    status: {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
      ...daemonSet.status,
    },
  };
}
