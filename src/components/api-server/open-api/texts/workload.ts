import type { TypeTexts } from "../type-texts.ts";

const replicas = "How many pods there are to be.";
const selector = "Labels of its pods; the template has them. Cannot be changed.";
const template = "What its pods are like.";
const minReadySeconds = "How long a pod must have been ready to count as available.";
const revisionHistoryLimit = "How many old revisions are kept, to go back to.";

export const workloadTexts: TypeTexts = {
  Deployment: {
    type: "Keeps a number of equal pods, and replaces them step by step when the template changes. It does so through ReplicaSets.",
  },
  DeploymentSpec: {
    type: "What a Deployment is to be.",
    fields: {
      replicas,
      selector,
      template,
      minReadySeconds,
      revisionHistoryLimit,
      strategy: "How old pods are replaced by new ones.",
      progressDeadlineSeconds:
        "How long a rollout may go without progress before it counts as failed.",
      paused: "Whether changes of the template are left lying.",
    },
  },
  DeploymentStrategy: {
    type: "How old pods are replaced by new ones.",
    fields: {
      type: "RollingUpdate: a few at a time. Recreate: all old ones end first.",
      rollingUpdate: "How many at a time.",
    },
  },
  RollingUpdateDeployment: {
    type: "How many pods may be too many or too few during a rollout.",
    fields: {
      maxSurge: "How many more than wanted there may be: a number or a percentage.",
      maxUnavailable: "How many fewer than wanted may be available.",
    },
  },
  DeploymentStatus: {
    type: "How far a Deployment is.",
    fields: {
      replicas: "Pods there are.",
      updatedReplicas: "Pods made from the present template.",
      readyReplicas: "Pods that are ready.",
      availableReplicas: "Pods that have been ready for minReadySeconds.",
      unavailableReplicas: "Pods that are missing to what is wanted.",
      observedGeneration: "The generation that the controller has seen.",
      conditions: "Available, Progressing, ReplicaFailure.",
      collisionCount: "How often the name of a new ReplicaSet was taken.",
    },
  },
  ReplicaSet: {
    type: "Keeps a number of equal pods. Mostly one is made by a Deployment, for each of its templates.",
  },
  ReplicaSetSpec: {
    type: "What a ReplicaSet is to be.",
    fields: { replicas, selector, template, minReadySeconds },
  },
  StatefulSet: {
    type: "Keeps pods that are told apart: each has a number, a name that stays, and its turn.",
  },
  StatefulSetSpec: {
    type: "What a StatefulSet is to be.",
    fields: {
      replicas,
      selector,
      template,
      minReadySeconds,
      revisionHistoryLimit,
      serviceName: "The headless Service below which DNS has the pods' names.",
      podManagementPolicy: "OrderedReady: one after the other. Parallel: all at once.",
      updateStrategy: "How pods are replaced when the template changes.",
      ordinals: "Where the numbers begin.",
      volumeClaimTemplates: "Storage for each pod.",
    },
  },
  DaemonSet: { type: "Keeps one pod on every node, or on those that are selected." },
  DaemonSetSpec: {
    type: "What a DaemonSet is to be.",
    fields: {
      selector,
      template,
      minReadySeconds,
      revisionHistoryLimit,
      updateStrategy: "How pods are replaced when the template changes.",
    },
  },
  ControllerRevision: {
    type: "A template of a StatefulSet or DaemonSet as it once was.",
    fields: { data: "The template.", revision: "Its place in the history." },
  },
};
