/** What makes a pod an endpoint of a Service, for all who list endpoints. After Kubernetes' endpoint controllers. */
import { matchesLabels } from "../label-selector.ts";
import { keyOf, type Labels, type ObjectKey } from "../objects/meta.ts";
import type { Pod } from "../objects/pod.ts";
import type { EndpointPort, Service, ServicePort } from "../objects/service.ts";
import { isPodTerminal } from "../pods/pod-state.ts";
import type { Store } from "../store/store.ts";
import { isHeadless } from "../validation/service-type.ts";

/** On an EndpointSlice: the Service it is of. */
export const serviceNameLabel = "kubernetes.io/service-name";
/** On an EndpointSlice: who writes it. */
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
/** On Endpoints that nobody should copy into slices. */
export const skipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror";
/** On the endpoints of a headless Service. */
export const headlessLabel = "service.kubernetes.io/headless";

/** Services without selector have their endpoints written by hand. */
export function hasSelector({ spec }: Service): boolean {
  return spec.selector !== undefined && Object.keys(spec.selector).length > 0;
}

export function selects({ spec, metadata }: Service, pod: Pod): boolean {
  const { selector = {} } = spec;
  return (
    metadata.namespace === pod.metadata.namespace &&
    Object.keys(selector).length > 0 &&
    matchesLabels(selector, pod.metadata.labels)
  );
}

/** For a controller's watch of pods: the Services whose endpoints a pod may be. */
export function selectingServices(pod: Pod, store: Store): readonly ObjectKey[] {
  return store
    .list("Service", pod.metadata.namespace)
    .filter((service) => selects(service, pod))
    .map(keyOf);
}

/** It has an address and has not ended. A pod that is ending still counts, as terminating. */
export function hasEndpoint(pod: Pod): boolean {
  return !isPodTerminal(pod) && podAddresses(pod).length > 0;
}

/** One per family at most. */
export function podAddresses({ status }: Pod): readonly string[] {
  const { podIP, podIPs = podIP === undefined ? [] : [{ ip: podIP }] } = status ?? {};
  return podIPs.map(({ ip }) => ip).filter((ip) => ip !== "");
}

/** The pod's own DNS name under the Service, which only the pods of its subdomain have. */
export function endpointHostname({ spec, metadata }: Pod, service: Service): string | undefined {
  const { hostname = "", subdomain } = spec;
  const isOfService =
    subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;
  return hostname !== "" && isOfService ? hostname : undefined;
}

/**
 * The ports of a Service on one of its pods. A target port that is a name may be
 * another number on each pod; where no container has it, the pod lacks the port.
 */
export function endpointPortsOn(pod: Pod, { spec }: Service): readonly EndpointPort[] {
  return (spec.ports ?? []).flatMap((port) => {
    const number = targetPortOn(pod, port);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

/** Where a Service's port leads on a pod; undefined when no container has a port of the name. */
function targetPortOn(
  { spec }: Pod,
  { port, targetPort = port, protocol = "TCP" }: ServicePort,
): number | undefined {
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (spec.initContainers ?? []).filter((each) => each.restartPolicy === "Always");
  for (const container of [...spec.containers, ...sidecars]) {
    for (const declared of container.ports ?? []) {
      const isSame = declared.name === targetPort && (declared.protocol ?? "TCP") === protocol;
      if (isSame) return declared.containerPort;
    }
  }
  return undefined;
}

/** The Service's own labels, and whether it is headless: what its endpoints carry. */
export function endpointLabels(
  { metadata, spec }: Service,
  reserved: readonly string[],
): Readonly<Record<string, string>> {
  const own: Labels = metadata.labels ?? {};
  const copied = Object.entries(own).filter(([key]) => !reserved.includes(key));
  return {
    ...Object.fromEntries(copied),
    ...(isHeadless(spec) && { [headlessLabel]: "" }),
  };
}
