/** The words that say what kind of place a name is of. */
import type { WorkloadKind } from "./where.ts";

/** By every word that is understood. */
export const workloadKinds: ReadonlyMap<string, WorkloadKind> = new Map([
  ["deploy", "Deployment"],
  ["deployment", "Deployment"],
  ["sts", "StatefulSet"],
  ["statefulset", "StatefulSet"],
  ["ds", "DaemonSet"],
  ["daemonset", "DaemonSet"],
  ["rs", "ReplicaSet"],
  ["replicaset", "ReplicaSet"],
]);

export const shortNames: { readonly [K in WorkloadKind]: string } = {
  Deployment: "deploy",
  StatefulSet: "sts",
  DaemonSet: "ds",
  ReplicaSet: "rs",
};

/** The words before the first slash, those that are shown first. */
export const placeKinds = [
  "node",
  "pod",
  "deploy",
  "sts",
  "ds",
  "rs",
  "svc",
  "host",
  "router",
] as const;

/** Whether a name follows it, behind a slash. */
export function isPlaceKind(word: string): boolean {
  return workloadKinds.has(word) || word === "service" || placeKinds.some((kind) => kind === word);
}
