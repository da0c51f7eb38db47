import { isIPv6 } from "node:net";
import type { Pod } from "../../api/objects/pod.ts";
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Service,
} from "../../api/objects/service.ts";
import { isPodReady, isPodTerminating } from "../../api/pods/pod-state.ts";
import {
  endpointHostname,
  endpointPortsOn,
  hasEndpoint,
  podAddresses,
} from "../../api/services/service-endpoints.ts";

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly addresses: EndpointAddress[];
  readonly notReadyAddresses: EndpointAddress[];
}

/** A Service's pods as the subsets of its Endpoints: one for each set of ports that pods have in common. */
export function endpointSubsets(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const { publishNotReadyAddresses = false, ports = [] } = service.spec;
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (!hasEndpoint(pod) || (isPodTerminating(pod) && !publishNotReadyAddresses)) continue;
    const address = podAddress(pod, service);
    const podPorts = endpointPortsOn(pod, service);
    // Only a Service that names no port has endpoints without ports.
    if (address === undefined || (ports.length > 0 && podPorts.length === 0)) continue;
    const group = groupOf(groups, podPorts);
    const isReady = publishNotReadyAddresses || isPodReady(pod);
    (isReady ? group.addresses : group.notReadyAddresses).push(address);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => subsetOf(group));
}

function groupOf(groups: Map<string, Group>, podPorts: readonly EndpointPort[]): Group {
  // The empty name of a Service's only port is left out here, other than in slices.
  const ports = podPorts.map(({ name, ...port }) => (name ? { name, ...port } : port));
  const key = JSON.stringify(ports);
  const group = groups.get(key) ?? { ports, addresses: [], notReadyAddresses: [] };
  groups.set(key, group);
  return group;
}

function podAddress(pod: Pod, service: Service): EndpointAddress | undefined {
  const [family = "IPv4"] = service.spec.ipFamilies ?? [];
  const ip = podAddresses(pod).find((each) => isIPv6(each) === (family === "IPv6"));
  if (ip === undefined) return undefined;
  const { nodeName } = pod.spec;
  const { name, namespace, uid } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  return {
    ip,
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef: {
      kind: "Pod",
      ...(namespace !== undefined && { namespace }),
      name,
      ...(uid !== undefined && { uid }),
    },
  };
}

function subsetOf({ ports, addresses, notReadyAddresses }: Group): EndpointSubset {
  return {
    ...(addresses.length > 0 && { addresses: addresses.sort(byAddress) }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.sort(byAddress) }),
    ...(ports.length > 0 && { ports }),
  };
}

/** By the text of the address, as upstream: `10.244.0.10` before `10.244.0.9`. */
function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0;
}
