import { isIPv6 } from "node:net";
import type { Node } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Service, SliceEndpoint } from "../../api/objects/service.ts";
import { isPodReady, isPodTerminating } from "../../api/pods/pod-state.ts";
import { endpointHostname, podAddresses } from "../../api/services/service-endpoints.ts";

export type SliceFamily = "IPv4" | "IPv6";

const zoneLabel = "topology.kubernetes.io/zone";

/** A pod as an endpoint of a Service; undefined when it has no address of the family. */
export function podEndpoint(
  pod: Pod,
  service: Service,
  node: Node | undefined,
  family: SliceFamily,
): SliceEndpoint | undefined {
  const addresses = podAddresses(pod).filter((ip) => isIPv6(ip) === (family === "IPv6"));
  if (addresses.length === 0) return undefined;
  const { publishNotReadyAddresses = false } = service.spec;
  const serving = isPodReady(pod);
  const terminating = isPodTerminating(pod);
  const { name, namespace, uid } = pod.metadata;
  const { nodeName } = pod.spec;
  const zone = node?.metadata.labels?.[zoneLabel];
  const hostname = endpointHostname(pod, service);
  return {
    addresses,
    conditions: {
      ready: publishNotReadyAddresses || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    ...(zone !== undefined && zone !== "" && { zone }),
    targetRef: {
      kind: "Pod",
      ...(namespace !== undefined && { namespace }),
      name,
      ...(uid !== undefined && { uid }),
    },
  };
}
