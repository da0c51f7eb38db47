/** What a Deployment writes on its ReplicaSets, and on itself, to remember. */
import type { Labels } from "../../api/objects/meta.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { maxSurgeOf, replicasOf } from "./replica-counts.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
const revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
const desiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas";
const maxReplicasAnnotation = "deployment.kubernetes.io/max-replicas";

/** A Deployment's annotations that mean nothing on its ReplicaSet. */
const ownAnnotations: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
]);

/** 0 for a ReplicaSet that was never given one. */
export function revisionOf({ metadata }: Deployment | ReplicaSet): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}

/** How many replicas the Deployment wanted when it last sized this ReplicaSet. */
export function desiredReplicasOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations, desiredReplicasAnnotation);
}

/** The same with its surge. */
export function maxReplicasOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations, maxReplicasAnnotation);
}

/** What a ReplicaSet notes when its Deployment sizes it. */
export function sizeAnnotations(deployment: Deployment): Labels {
  const replicas = replicasOf(deployment);
  return {
    [desiredReplicasAnnotation]: String(replicas),
    [maxReplicasAnnotation]: String(replicas + maxSurgeOf(deployment)),
  };
}

/** The annotations of the ReplicaSet that holds the Deployment's present template. */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  existing: ReplicaSet | undefined,
  revision: number,
): Labels {
  const before = existing?.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !ownAnnotations.has(key),
  );
  return {
    ...before,
    ...Object.fromEntries(copied),
    ...(existing === undefined && sizeAnnotations(deployment)),
    ...revisionAnnotations(before, revision),
  };
}

/** A template that returns is given a new number; the old one goes into its history. */
function revisionAnnotations(before: Labels, revision: number): Labels {
  const previous = Number(before[revisionAnnotation] ?? 0);
  if (previous >= revision) return {};
  const history = [before[revisionHistoryAnnotation], previous || undefined].filter(Boolean);
  return {
    [revisionAnnotation]: String(revision),
    ...(previous > 0 && { [revisionHistoryAnnotation]: history.join(",") }),
  };
}

function numberIn(annotations: Labels | undefined, key: string): number | undefined {
  const text = annotations?.[key];
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
