/** Which pods are on which node, and which no node would take: kept up to date from changes. */
import { findCondition } from "../../api/conditions.ts";
import type { Watch } from "../../api/controller/controller.ts";
import { formatKey, keyOf, type ObjectKey, parseKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { controllingOwner } from "../../api/owner.ts";
import { isPodScheduled, isPodTerminal, isPodTerminating } from "../../api/pods/pod-state.ts";
import { canonicalJson } from "../../api/safe-name.ts";
import { type HostPort, hostPortsOf } from "./host-ports.ts";
import { antiAffinityTermsOf } from "./pod-affinity.ts";

/** The pods on one node that have not ended. */
interface Occupants {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly countByGroup: ReadonlyMap<string, number>;
  readonly hostPorts: readonly HostPort[];
}

export interface Occupancy {
  readonly on: (node: string) => Occupants;
  /** The pods on any node that do not want certain others near. */
  readonly guards: () => readonly Pod[];
  /** Pods that no node would take when they were tried, in that order. */
  readonly refused: () => readonly ObjectKey[];
}

const nobody: Occupants = { pods: new Map(), countByGroup: new Map(), hostPorts: [] };

/** What a scheduler has to schedule. */
export function isWaiting(pod: Pod): boolean {
  const { schedulerName = "default-scheduler" } = pod.spec;
  return (
    schedulerName === "default-scheduler" &&
    !isPodScheduled(pod) &&
    !isPodTerminal(pod) &&
    !isPodTerminating(pod)
  );
}

/** Pods that want to be spread are those with the same group. */
export function groupOf(pod: Pod): string {
  const owner = controllingOwner(pod)?.uid;
  return owner ?? canonicalJson([pod.metadata.namespace, pod.metadata.labels]);
}

interface MutableOccupants {
  readonly pods: Map<string, Pod>;
  readonly countByGroup: Map<string, number>;
  hostPorts: readonly HostPort[];
}

/** An empty occupancy, and the watch that fills it. */
export function watchOccupancy(): { readonly occupancy: Occupancy; readonly watch: Watch } {
  const byNode = new Map<string, MutableOccupants>();
  const guards = new Map<string, Pod>();
  const refused = new Set<string>();

  const note = (pod: Pod, previous: Pod | undefined): void => {
    const key = formatKey(keyOf(pod));
    if (isWaiting(pod) && wasRefused(pod)) refused.add(key);
    else refused.delete(key);
    // A status alone moves nobody.
    if (previous !== undefined && isSamePlace(pod, previous)) return;
    if (previous !== undefined) leave(byNode, previous);
    guards.delete(key);
    if (!isPodScheduled(pod) || isPodTerminal(pod)) return;
    enter(byNode, pod);
    if (antiAffinityTermsOf(pod).length > 0) guards.set(key, pod);
  };
  const forget = (pod: Pod): void => {
    const key = formatKey(keyOf(pod));
    leave(byNode, pod);
    guards.delete(key);
    refused.delete(key);
  };
  return {
    occupancy: {
      on: (node) => byNode.get(node) ?? nobody,
      guards: () => [...guards.values()],
      refused: () => [...refused].map(parseKey),
    },
    watch: {
      kind: "Pod",
      start: (store) => {
        const end = store.watch("Pod", ({ type, object, previous }) => {
          if (type === "DELETED") forget(previous ?? object);
          else note(object, previous);
        });
        for (const pod of store.list("Pod")) note(pod, undefined);
        return end;
      },
    },
  };
}

function wasRefused({ status }: Pod): boolean {
  return findCondition(status?.conditions, "PodScheduled")?.status === "False";
}

function isSamePlace(a: Pod, b: Pod): boolean {
  return (
    a.spec === b.spec &&
    a.metadata.labels === b.metadata.labels &&
    a.metadata.ownerReferences === b.metadata.ownerReferences &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
    isPodTerminal(a) === isPodTerminal(b)
  );
}

function enter(byNode: Map<string, MutableOccupants>, pod: Pod): void {
  const { nodeName = "" } = pod.spec;
  const there: MutableOccupants = byNode.get(nodeName) ?? {
    pods: new Map(),
    countByGroup: new Map(),
    hostPorts: [],
  };
  byNode.set(nodeName, there);
  there.pods.set(formatKey(keyOf(pod)), pod);
  count(there, groupOf(pod), 1);
  there.hostPorts = [...there.hostPorts, ...hostPortsOf(pod.spec)];
}

function leave(byNode: Map<string, MutableOccupants>, pod: Pod): void {
  const there = byNode.get(pod.spec.nodeName ?? "");
  const key = formatKey(keyOf(pod));
  const known = there?.pods.get(key);
  if (there === undefined || known === undefined) return;
  there.pods.delete(key);
  count(there, groupOf(known), -1);
  if (hostPortsOf(known.spec).length > 0) {
    there.hostPorts = [...there.pods.values()].flatMap(({ spec }) => hostPortsOf(spec));
  }
}

function count({ countByGroup }: MutableOccupants, group: string, change: number): void {
  const next = (countByGroup.get(group) ?? 0) + change;
  if (next === 0) countByGroup.delete(group);
  else countByGroup.set(group, next);
}
