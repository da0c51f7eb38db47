import {
  Controller,
  type ControllerDefinition,
  itself,
  watching,
} from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { ControllerGroup } from "../../api/controller/controller-group.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { allKinds, collectGarbage } from "./garbage-collector.ts";
import { followNodeHealth } from "./node-health.ts";
import { removeLostPods } from "./node-loss.ts";
import { monitorNode } from "./node-monitor.ts";
import { evictPod } from "./taint-eviction.ts";
import { boundPods, nodeStates, ownership, taintedNodes } from "./watches.ts";

/** Runs what follows deletions, until it is disposed: garbage collection, evictions, and what unwell nodes mean for pods. */
export function setupPodLifecycle({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): ControllerGroup {
  const record = eventRecorder({ store, component: "taint-eviction-controller", now });
  const recordHealth = eventRecorder({ store, component: "node-controller", now });
  const definitions: readonly ControllerDefinition[] = [
    {
      name: "garbage-collector",
      watches: allKinds.map(ownership),
      reconcile: collectGarbage(store),
    },
    {
      name: "node-loss",
      watches: [watching("Node", itself)],
      reconcile: removeLostPods(store),
    },
    {
      name: "node-health",
      watches: [nodeStates],
      reconcile: followNodeHealth({ store, record: recordHealth }),
    },
    {
      name: "node-monitor",
      watches: [nodeStates],
      reconcile: monitorNode({ store, record: recordHealth, now }),
    },
    {
      name: "taint-eviction",
      watches: [boundPods, taintedNodes],
      reconcile: evictPod({ store, record, now }),
    },
  ];
  return new ControllerGroup(
    definitions.map((definition) => Controller.start(store, definition, log, options)),
  );
}
