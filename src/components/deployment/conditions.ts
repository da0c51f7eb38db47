/** How a rollout is going, as conditions. After Kubernetes' pkg/controller/deployment/progress.go. */
import { findCondition } from "../../api/conditions.ts";
import type { Condition } from "../../api/objects/meta.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { maxUnavailableOf, replicasOf } from "./replica-counts.ts";

export type DeploymentStatus = NonNullable<Deployment["status"]>;

/** Deployments also say when a condition was last confirmed. */
export interface DeploymentCondition extends Condition {
  readonly lastUpdateTime?: string;
}

export interface Moment {
  readonly timestamp: string;
  readonly nowMs: number;
}

type Facts = Pick<DeploymentCondition, "message" | "reason" | "status" | "type">;

/** As the API stores it when nobody wants a deadline. */
const noDeadlineSeconds = 2_147_483_647;

/** Undefined where the Deployment does not ask for it; then it has no condition Progressing. */
export function progressDeadlineOf({ spec }: Deployment): number | undefined {
  const { progressDeadlineSeconds: seconds } = spec;
  return seconds === undefined || seconds === noDeadlineSeconds ? undefined : seconds;
}

export function progressingOf(
  status: Pick<DeploymentStatus, "conditions"> | undefined,
): DeploymentCondition | undefined {
  return findCondition<DeploymentCondition>(status?.conditions, "Progressing");
}

/** Puts `facts` at the end, unless status and reason are as they were. */
export function setCondition(
  conditions: readonly DeploymentCondition[],
  facts: Facts,
  timestamp: string,
): readonly DeploymentCondition[] {
  const current = findCondition(conditions, facts.type);
  if (current?.status === facts.status && current.reason === facts.reason) return conditions;
  return replaceCondition(conditions, facts, timestamp);
}

/** The same even when only the message or the time differs: each step forward counts as news. */
function replaceCondition(
  conditions: readonly DeploymentCondition[],
  facts: Facts,
  timestamp: string,
): readonly DeploymentCondition[] {
  const current = findCondition(conditions, facts.type);
  const lastTransitionTime =
    current?.status === facts.status ? (current.lastTransitionTime ?? timestamp) : timestamp;
  const others = conditions.filter(({ type }) => type !== facts.type);
  return [...others, { ...facts, lastUpdateTime: timestamp, lastTransitionTime }];
}

export function availableFacts(deployment: Deployment, availableReplicas: number): Facts {
  return availableReplicas >= replicasOf(deployment) - maxUnavailableOf(deployment)
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

/** Whether the rollout was put on hold or taken up again since; undefined when neither. */
export function pauseFacts({ spec, status }: Deployment): Facts | undefined {
  const reason = progressingOf(status)?.reason;
  // A lack of progress that was reported stays reported.
  if (reason === "ProgressDeadlineExceeded") return undefined;
  const isPaused = spec.paused === true;
  if (isPaused === (reason === "DeploymentPaused")) return undefined;
  const [word, text] = isPaused ? ["Paused", "paused"] : ["Resumed", "resumed"];
  return {
    type: "Progressing",
    status: "Unknown",
    reason: `Deployment${word}`,
    message: `Deployment is ${text}`,
  };
}

/** First word of a rollout: its ReplicaSet was made, or was there. */
export function startFacts({ metadata: { name } }: ReplicaSet, how: "created" | "found"): Facts {
  return how === "created"
    ? {
        type: "Progressing",
        status: "True",
        reason: "NewReplicaSetCreated",
        message: `Created new replica set "${name}"`,
      }
    : {
        type: "Progressing",
        status: "True",
        reason: "FoundNewReplicaSet",
        message: `Found new replica set "${name}"`,
      };
}

/**
 * The conditions after a look at how far the rollout is.
 *
 * @param status the new counts, with the conditions so far.
 */
export function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  { newSet, moment }: { readonly newSet: ReplicaSet | undefined; readonly moment: Moment },
): readonly DeploymentCondition[] {
  const conditions: readonly DeploymentCondition[] = status.conditions ?? [];
  if (progressDeadlineOf(deployment) === undefined) {
    return conditions.filter(({ type }) => type !== "Progressing");
  }
  const wasComplete =
    status.replicas === status.updatedReplicas &&
    progressingOf(status)?.reason === "NewReplicaSetAvailable";
  if (wasComplete) return conditions;
  const subject =
    newSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newSet.metadata.name}"`;
  const { timestamp } = moment;
  if (isComplete(deployment, status)) {
    const facts = progressing("True", "NewReplicaSetAvailable");
    const message = `${subject} has successfully progressed.`;
    return setCondition(conditions, { ...facts, message }, timestamp);
  }
  if (hasAdvanced(deployment.status, status)) {
    const facts = progressing("True", "ReplicaSetUpdated");
    const message = `${subject} is progressing.`;
    return replaceCondition(conditions, { ...facts, message }, timestamp);
  }
  if (hasTimedOut(deployment, status, moment.nowMs)) {
    const facts = progressing("False", "ProgressDeadlineExceeded");
    const message = `${subject} has timed out progressing.`;
    return setCondition(conditions, { ...facts, message }, timestamp);
  }
  return conditions;
}

function progressing(
  status: Condition["status"],
  reason: string,
): Pick<Facts, "reason" | "status" | "type"> & { readonly reason: string } {
  return { type: "Progressing", status, reason };
}

/** All pods are of the present template, all are available, none is too many. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  const { replicas = 1 } = spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function hasAdvanced(before: DeploymentStatus = {}, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number =>
    replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, nowMs: number): boolean {
  const reason = progressingOf(status)?.reason;
  if (reason === "NewReplicaSetAvailable") return false;
  if (reason === "ProgressDeadlineExceeded") return true;
  const leftMs = deadlineInMs(deployment, status, nowMs);
  return leftMs !== undefined && leftMs < 0;
}

/** Until a rollout without progress counts as failed; undefined when none is under way, or it has failed. */
export function deadlineInMs(
  deployment: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const deadlineSeconds = progressDeadlineOf(deployment);
  const { reason, lastUpdateTime } = progressingOf(status) ?? {};
  if (deadlineSeconds === undefined || lastUpdateTime === undefined) return undefined;
  if (isComplete(deployment, status) || reason === "ProgressDeadlineExceeded") return undefined;
  return Date.parse(lastUpdateTime) + deadlineSeconds * 1_000 - nowMs;
}
