import { isDeepStrictEqual } from "node:util";
import { orphansOf } from "../../api/controller/claim-objects.ts";
import {
  Controller,
  controllerOf,
  itself,
  type Watch,
  watching,
} from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { possibleOwners } from "../../api/controller/possible-owners.ts";
import type { Node } from "../../api/objects/cluster.ts";
import { keyOf } from "../../api/objects/meta.ts";
import { reconcileDaemonSet } from "./reconcile.ts";

/** Runs the DaemonSet controller until it is disposed. */
export function setupDaemonSet({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): Controller {
  const orphans = orphansOf("Pod");
  const record = eventRecorder({ store, component: "daemonset-controller", now });
  return Controller.start(
    store,
    {
      name: "daemon-set",
      watches: [
        orphans.watch,
        watching("DaemonSet", itself),
        watching("Pod", controllerOf("DaemonSet")),
        watching("Pod", possibleOwners("DaemonSet")),
        nodeChanges,
      ],
      reconcile: reconcileDaemonSet({ store, orphans, record, now }),
    },
    log,
    options,
  );
}

/** A node that comes, goes, or fits others than before concerns every DaemonSet; its heartbeat none. */
const nodeChanges: Watch = {
  kind: "Node",
  start: (store, concern) =>
    store.watch("Node", ({ object, previous, type }) => {
      if (type === "MODIFIED" && previous !== undefined && fitsTheSame(object, previous)) return;
      for (const daemonSet of store.list("DaemonSet")) concern(keyOf(daemonSet));
    }),
};

function fitsTheSame(
  { metadata: a, spec: left }: Node,
  { metadata: b, spec: right }: Node,
): boolean {
  return isDeepStrictEqual(a.labels, b.labels) && isDeepStrictEqual(left.taints, right.taints);
}
