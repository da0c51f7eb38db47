import { isDeepStrictEqual } from "node:util";
import { Controller, type Watch } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import type { Node } from "../../api/objects/cluster.ts";
import { keyOf } from "../../api/objects/meta.ts";
import { isPodScheduled, isPodTerminal } from "../../api/pods/pod-state.ts";
import { isWaiting, type Occupancy, watchOccupancy } from "./occupancy.ts";
import { reconcilePod } from "./reconcile.ts";

/** Runs the scheduler until it is disposed. */
export function setupScheduler({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): Controller {
  const { occupancy, watch } = watchOccupancy();
  const record = eventRecorder({ store, component: "default-scheduler", now });
  return Controller.start(
    store,
    {
      name: "scheduler",
      // The occupancy comes first: what wakes us must find it up to date.
      watches: [watch, waitingPods, roomMade(occupancy), nodesChanged(occupancy)],
      reconcile: reconcilePod({ store, occupancy, record }),
    },
    log,
    options,
  );
}

/** New pods, and pods whose wishes changed; not those on which we have written why they must wait. */
const waitingPods: Watch = {
  kind: "Pod",
  start: (store, concern) => {
    const end = store.watch("Pod", ({ object, previous, type }) => {
      const isNews =
        object.spec !== previous?.spec || object.metadata.labels !== previous.metadata.labels;
      if (type !== "DELETED" && isNews && isWaiting(object)) concern(keyOf(object));
    });
    for (const pod of store.list("Pod")) if (isWaiting(pod)) concern(keyOf(pod));
    return end;
  },
};

/** A pod that goes may leave room, or a port; one that comes may be what others want to be near. */
function roomMade(occupancy: Occupancy): Watch {
  return {
    kind: "Pod",
    start: (store, concern) =>
      store.watch("Pod", ({ object, previous, type }) => {
        const wasThere = previous !== undefined && isPodScheduled(previous);
        const isThere = isPodScheduled(object);
        const hasEnded =
          wasThere && (type === "DELETED" || isPodTerminal(object) !== isPodTerminal(previous));
        if (hasEnded || wasThere !== isThere) occupancy.refused().forEach(concern);
      }),
  };
}

function nodesChanged(occupancy: Occupancy): Watch {
  return {
    kind: "Node",
    start: (store, concern) =>
      store.watch("Node", ({ object, previous }) => {
        if (previous === undefined || !takesTheSame(object, previous)) {
          occupancy.refused().forEach(concern);
        }
      }),
  };
}

/** Heartbeats change a node and nothing that a pod asks about. */
function takesTheSame(a: Node, b: Node): boolean {
  return (
    isDeepStrictEqual(a.spec, b.spec) &&
    isDeepStrictEqual(a.metadata.labels, b.metadata.labels) &&
    isDeepStrictEqual(a.status?.allocatable, b.status?.allocatable)
  );
}
