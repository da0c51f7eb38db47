import { Controller, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Endpoints } from "../../api/objects/service.ts";
import { selectingServices } from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { reconcileEndpoints } from "./reconcile-endpoints.ts";
import { reconcileMirror, serviceOfMirror } from "./reconcile-mirror.ts";

/** Runs the endpoints controller until it is disposed. */
export function setupEndpoints({ store, log, timer }: ControllerContext): Controller {
  return Controller.start(
    store,
    {
      name: "endpoints",
      watches: [
        watching("Service", itself),
        watching("Pod", selectingServices),
        watching("Endpoints", itsService),
      ],
      reconcile: reconcileEndpoints(store),
    },
    log,
    timer === undefined ? {} : { timer },
  );
}

/**
 * Endpoints that somebody else changed or removed are put right. Those of a
 * Service that does not exist, or not yet, are somebody's own.
 */
function itsService(endpoints: Endpoints, store: Store): readonly ObjectKey[] {
  const key = keyOf(endpoints);
  return store.get("Service", key) === undefined ? [] : [key];
}

/** Runs the controller that copies hand-written Endpoints into slices, until it is disposed. */
export function setupEndpointsMirroring({ store, log, timer }: ControllerContext): Controller {
  return Controller.start(
    store,
    {
      name: "endpoints-mirroring",
      watches: [
        watching("Endpoints", itself),
        watching("Service", itself),
        watching("EndpointSlice", serviceOfMirror),
      ],
      reconcile: reconcileMirror(store),
    },
    log,
    timer === undefined ? {} : { timer },
  );
}
