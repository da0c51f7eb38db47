import { Controller, itself, type Watch, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import type { Node } from "../../api/objects/cluster.ts";
import { keyOf } from "../../api/objects/meta.ts";
import { hasSelector, selectingServices } from "../../api/services/service-endpoints.ts";
import { reconcileEndpointSlices, serviceOfSlice } from "./reconcile.ts";

/** Runs the EndpointSlice controller until it is disposed. */
export function setupEndpointSlice({ store, log, timer }: ControllerContext): Controller {
  return Controller.start(
    store,
    {
      name: "endpoint-slice",
      watches: [
        watching("Service", itself),
        watching("Pod", selectingServices),
        // Slices that somebody else changed or removed are put right.
        watching("EndpointSlice", serviceOfSlice),
        nodesChangingPlace,
      ],
      reconcile: reconcileEndpointSlices({ store }),
    },
    log,
    timer === undefined ? {} : { timer },
  );
}

/** Endpoints carry their node's zone, and go with their node; nothing else about a node concerns them. */
const nodesChangingPlace: Watch = {
  kind: "Node",
  start: (store, concern) =>
    store.watch("Node", ({ type, object, previous }) => {
      if (type === "MODIFIED" && previous !== undefined && zoneOf(object) === zoneOf(previous)) {
        return;
      }
      for (const service of store.list("Service"))
        if (hasSelector(service)) concern(keyOf(service));
    }),
};

function zoneOf({ metadata }: Node): string | undefined {
  return metadata.labels?.["topology.kubernetes.io/zone"];
}
