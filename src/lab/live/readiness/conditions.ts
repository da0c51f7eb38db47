/** What `wait` waits for, asked of the store. Pure. */
import { isNodeReady } from "../../../api/nodes/node-state.ts";
import { isPodReady } from "../../../api/pods/pod-state.ts";
import { serviceNameLabel } from "../../../api/services/service-endpoints.ts";
import type { Store } from "../../../api/store/store.ts";
import type { WaitCondition } from "../../../topology/scenario/scenario.ts";
import { formatWhere } from "../../../topology/where/format-where.ts";
import type { PodPlace, WorkloadPlace } from "../../../topology/where/where.ts";
import { formatBounds, isWithin } from "../../scenario/bounds.ts";
import type { Places } from "../places/places.ts";
import { readyEndpoints } from "./ready-endpoints.ts";

type Endpoints = Extract<WaitCondition, { type: "endpoints" }>;

export function holds(condition: WaitCondition, store: Store, places: Places): boolean {
  switch (condition.type) {
    case "endpoints":
      return isWithin(endpointsOf(condition, store).length, condition.count);
    case "ready": {
      const { place } = condition;
      if (place.type === "node") return nodeIsReady(store, place.name);
      const { ready, wanted } = podCounts(place, store, places);
      return wanted > 0 && ready === wanted;
    }
    case "deleted":
      return !exists(condition.place, store);
    case "rules":
      // Nothing is asked of the objects: whoever waits then waits for the nodes.
      return true;
  }
}

export function describeCondition(condition: WaitCondition, store: Store, places: Places): string {
  switch (condition.type) {
    case "endpoints": {
      const addresses = endpointsOf(condition, store);
      const wanted = formatBounds(condition.count);
      return `${addresses.length} ready endpoints of ${wanted}: ${addresses.join(", ") || "none"}`;
    }
    case "ready": {
      const { place } = condition;
      if (place.type === "node") {
        return `${formatWhere(place)} is ${nodeIsReady(store, place.name) ? "ready" : "not ready"}`;
      }
      const { ready, wanted } = podCounts(place, store, places);
      return `${ready} of ${wanted} pods of ${formatWhere(place)} ready`;
    }
    case "deleted":
      return `${formatWhere(condition.place)} ${exists(condition.place, store) ? "is still there" : "is gone"}`;
    case "rules":
      return `rules of ${condition.node ?? "every node"} synced`;
  }
}

function endpointsOf({ service }: Endpoints, store: Store): readonly string[] {
  const slices = store
    .list("EndpointSlice", service.namespace)
    .filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === service.name);
  return readyEndpoints(slices);
}

function podCounts(
  place: PodPlace | WorkloadPlace,
  store: Store,
  places: Places,
): { readonly ready: number; readonly wanted: number } {
  if (!exists(place, store)) return { ready: 0, wanted: 0 };
  const pods = places.pods(place);
  const ready = pods.filter(
    (pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined,
  ).length;
  return { ready, wanted: Math.max(pods.length, replicasOf(place, store)) };
}

function replicasOf(place: PodPlace | WorkloadPlace, store: Store): number {
  if (place.type === "pod" || place.kind === "DaemonSet") return 1;
  return store.get(place.kind, place)?.spec.replicas ?? 1;
}

function exists(
  place: Extract<WaitCondition, { type: "deleted" }>["place"],
  store: Store,
): boolean {
  const { namespace, name } = place;
  const kind = place.type === "pod" ? "Pod" : place.type === "service" ? "Service" : place.kind;
  return store.get(kind, { namespace, name }) !== undefined;
}

function nodeIsReady(store: Store, name: string): boolean {
  const node = store.get("Node", { namespace: "", name });
  return node !== undefined && isNodeReady(node);
}
