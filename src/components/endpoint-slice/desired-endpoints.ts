import type { Node } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { EndpointPort, Service, SliceEndpoint } from "../../api/objects/service.ts";
import { endpointPortsOn, hasEndpoint } from "../../api/services/service-endpoints.ts";
import { podEndpoint, type SliceFamily } from "./pod-endpoint.ts";
import { withTrafficHints } from "./traffic-hints.ts";

/** Endpoints that have their ports in common, and so may share slices. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** The same text for the same ports in whatever order. */
export function portsKey(ports: readonly EndpointPort[]): string {
  return ports
    .map(({ name, port, protocol, appProtocol }) =>
      JSON.stringify([name, port, protocol, appProtocol ?? ""]),
    )
    .sort()
    .join();
}

/** @param pods those that the Service's selector finds, in the order in which they are to be listed. */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  nodesByName: (name: string) => Node | undefined,
  family: SliceFamily,
): ReadonlyMap<string, EndpointGroup> {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: SliceEndpoint[] }>();
  for (const pod of pods) {
    if (!hasEndpoint(pod)) continue;
    const { nodeName } = pod.spec;
    const node = nodeName === undefined ? undefined : nodesByName(nodeName);
    // A pod whose node is gone is as good as gone; its own deletion only comes later.
    if (nodeName !== undefined && node === undefined && !isPublishedAnyway(service)) continue;
    const endpoint = podEndpoint(pod, service, node, family);
    if (endpoint === undefined) continue;
    const ports = endpointPortsOn(pod, service);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(withTrafficHints(endpoint, service));
  }
  return groups;
}

function isPublishedAnyway({ spec }: Service): boolean {
  return spec.publishNotReadyAddresses === true;
}
