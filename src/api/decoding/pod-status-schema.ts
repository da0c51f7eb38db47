import { resources } from "./container-schema.ts";
import { conditions } from "./meta-schema.ts";
import {
  any,
  anyObject,
  boolean,
  each,
  integer,
  list,
  listByKey,
  object,
  quantityMap,
  type Schema,
  string,
} from "./schema.ts";

const containerState = object(
  {
    waiting: object(each(string, "reason", "message"), { name: "core.v1.ContainerStateWaiting" }),
    running: object({ startedAt: string }, { name: "core.v1.ContainerStateRunning" }),
    terminated: object(
      {
        ...each(integer, "exitCode", "signal"),
        ...each(string, "reason", "message", "startedAt", "finishedAt", "containerID"),
      },
      { name: "core.v1.ContainerStateTerminated", required: ["exitCode"] },
    ),
  },
  { name: "core.v1.ContainerState" },
);

const containerStatus = object(
  {
    ...each(string, "name", "image", "imageID", "containerID", "stopSignal"),
    ...each(boolean, "ready", "started"),
    restartCount: integer,
    ...each(containerState, "state", "lastState"),
    allocatedResources: quantityMap,
    resources,
    allocatedResourcesStatus: listByKey("name", any),
    volumeMounts: listByKey("mountPath", any),
    user: any,
  },
  {
    name: "core.v1.ContainerStatus",
    required: ["name", "image", "imageID", "ready", "restartCount"],
  },
);

const podIP = object({ ip: string }, { name: "core.v1.PodIP", required: ["ip"] });

export const podStatus: Schema = object({
  ...each(
    string,
    "phase",
    "reason",
    "message",
    "hostIP",
    "podIP",
    "startTime",
    "qosClass",
    "nominatedNodeName",
    "resize",
  ),
  observedGeneration: integer,
  podIPs: listByKey("ip", podIP),
  hostIPs: list(
    object({ ip: string }, { name: "core.v1.HostIP", required: ["ip"] }),
    // Upstream's own mixture.
    { patchStrategy: "merge", patchMergeKey: "ip" },
  ),
  ...each(
    list(containerStatus),
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses",
  ),
  resources,
  allocatedResources: quantityMap,
  resourceClaimStatuses: listByKey("name", any),
  extendedResourceClaimStatus: anyObject,
  conditions,
});
