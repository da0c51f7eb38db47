/** The next step of a DaemonSet's update. After Kubernetes' pkg/controller/daemon/update.go. */

import type { Pod } from "../../api/objects/pod.ts";
import { isPodAvailable, isPodTerminating } from "../../api/pods/pod-state.ts";
import { isOfRevision } from "./daemon-pod.ts";
import { eligibilityOf } from "./eligibility.ts";
import { maxSurgeOf, maxUnavailableOf } from "./limits.ts";
import type { Changes, Fleet } from "./node-pods.ts";

export function rollingUpdateStep(fleet: Fleet): Changes {
  const { daemonSet, nodes } = fleet;
  const wanted = nodes.filter((node) => eligibilityOf(node, daemonSet).shouldRun);
  const places = [...fleet.podsByNode].map(([node, pods]) => placeOf(node, pods, fleet));
  // A node that should have a pod and has none is without one, too.
  const empty = wanted.filter(({ metadata }) => !fleet.podsByNode.has(metadata.name)).length;
  const surge = maxSurgeOf(daemonSet, wanted.length);
  return surge > 0
    ? replaceBeside(places, surge)
    : replaceInPlace(places, maxUnavailableOf(daemonSet, wanted.length) - empty);
}

/** A node with its at most one pod of the present template, and its at most one of another. */
interface Place {
  readonly node: string;
  readonly newPod: Pod | undefined;
  readonly oldPod: Pod | undefined;
  readonly isNewAvailable: boolean;
  readonly isOldAvailable: boolean;
  /** More than one of either: to be tidied before it is looked at. */
  readonly isCrowded: boolean;
}

function placeOf(node: string, pods: readonly Pod[], fleet: Fleet): Place {
  const { daemonSet, revision, nowMs } = fleet;
  const { minReadySeconds = 0 } = daemonSet.spec;
  const staying = pods.filter((pod) => !isPodTerminating(pod));
  const [newPod, secondNew] = staying.filter((pod) => isOfRevision(pod, revision));
  const [oldPod, secondOld] = staying.filter((pod) => !isOfRevision(pod, revision));
  const isAvailable = (pod: Pod | undefined): boolean =>
    pod !== undefined && isPodAvailable(pod, minReadySeconds, nowMs);
  return {
    node,
    newPod,
    oldPod,
    isNewAvailable: isAvailable(newPod),
    isOldAvailable: isAvailable(oldPod),
    isCrowded: secondNew !== undefined || secondOld !== undefined,
  };
}

/** Deletes old pods; what is unavailable anyway goes at once, the rest as far as the limit lets it. */
function replaceInPlace(places: readonly Place[], maxUnavailable: number): Changes {
  const isSettledOld = ({ oldPod, newPod, isCrowded }: Place): boolean =>
    oldPod !== undefined && newPod === undefined && !isCrowded;
  const old = places.filter(isSettledOld);
  const unavailable = places.filter(
    (place) =>
      !isSettledOld(place) &&
      (place.isCrowded || !place.isNewAvailable || place.oldPod !== undefined),
  ).length;
  const free = old.filter(({ isOldAvailable }) => !isOldAvailable);
  const candidates = old.filter(({ isOldAvailable }) => isOldAvailable);
  const allowed = candidates.slice(0, Math.max(0, maxUnavailable - unavailable));
  return { create: [], delete: [...free, ...allowed].flatMap(({ oldPod }) => oldPod ?? []) };
}

/** Makes new pods beside old ones, and deletes the old ones that have an available successor. */
function replaceBeside(places: readonly Place[], maxSurge: number): Changes {
  const surged = places.filter(
    ({ isCrowded, oldPod, newPod, isNewAvailable }) =>
      isCrowded || (oldPod !== undefined && newPod !== undefined && !isNewAvailable),
  ).length;
  const replaced = places.filter(({ isCrowded, isNewAvailable }) => !isCrowded && isNewAvailable);
  const old = places.filter(
    ({ isCrowded, oldPod, newPod }) => !isCrowded && oldPod !== undefined && newPod === undefined,
  );
  const free = old.filter(({ isOldAvailable }) => !isOldAvailable);
  const candidates = old.filter(({ isOldAvailable }) => isOldAvailable);
  const allowed = candidates.slice(0, Math.max(0, maxSurge - surged));
  return {
    create: [...free, ...allowed].map(({ node }) => node),
    delete: replaced.flatMap(({ oldPod }) => oldPod ?? []),
  };
}
