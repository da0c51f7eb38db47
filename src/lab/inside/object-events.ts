/** What happens to objects, as events for people. */
import { type AnyObject, type Kind, kinds } from "../../api/objects/kinds.ts";
import { isPodReady } from "../../api/pods/pod-state.ts";
import type { Store } from "../../api/store/store.ts";
import type { WatchEvent } from "../../api/store/watch-event.ts";
import type { Emit } from "../../observe/event.ts";
import { podReason } from "../live/readiness/pod-reason.ts";

/** From now on, until the process ends. */
export function followObjects(store: Store, emit: Emit): void {
  // Object.keys loses the key type of a constant table.
  for (const kind of Object.keys(kinds) as Kind[]) {
    store.watch(kind, (event) => emit(describe(event, store)));
  }
}

function describe({ type, object }: WatchEvent, store: Store): Parameters<Emit>[0] {
  const { namespace = "", name } = object.metadata;
  return {
    type: "object-changed",
    change: type,
    kind: object.kind,
    namespace,
    name,
    summary: type === "DELETED" ? "" : summary(object),
    at: store.timestamp(),
  };
}

/** What a person would look for first in an object of that kind. */
function summary(object: AnyObject): string {
  switch (object.kind) {
    case "Pod":
      return isPodReady(object) && object.metadata.deletionTimestamp === undefined
        ? `Ready ${object.status?.podIP ?? ""} on ${object.spec.nodeName ?? ""}`
        : podReason(object);
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
      return `${object.status?.readyReplicas ?? 0} of ${object.spec.replicas ?? 1} ready`;
    case "Service":
      return `${object.spec.type ?? ""} ${object.spec.clusterIP ?? ""}`;
    case "EndpointSlice":
      return object.endpoints.flatMap(({ addresses }) => addresses).join(", ");
    case "Event":
      return `${object.reason}: ${object.message}`;
    default:
      return "";
  }
}
