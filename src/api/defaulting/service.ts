/** What the API server fills in a Service before it allocates addresses and ports. */
import type { Service, ServicePort } from "../objects/service.ts";

/** Three hours. */
const affinityTimeoutSeconds = 10_800;

type ServiceSpec = Service["spec"];

export function defaultService(service: Service): Service {
  const { spec } = service;
  const { type = "ClusterIP", sessionAffinity = "None", sessionAffinityConfig } = spec;
  const { sessionAffinityConfig: _given, ...rest } = spec;
  return {
    ...service,
    spec: {
      ...rest,
      type,
      sessionAffinity,
      ...(sessionAffinity === "ClientIP"
        ? { sessionAffinityConfig: withTimeout(sessionAffinityConfig) }
        : // Without affinity a timeout means nothing, and the server drops it.
          {}),
      ...(spec.ports && { ports: spec.ports.map(defaultServicePort) }),
      ...defaultPolicies(type, spec),
      ...defaultClusterIPs(spec),
    },
    status: { loadBalancer: {}, ...service.status },
  };
}

function withTimeout(
  config: ServiceSpec["sessionAffinityConfig"],
): NonNullable<ServiceSpec["sessionAffinityConfig"]> {
  return { clientIP: { timeoutSeconds: affinityTimeoutSeconds, ...config?.clientIP } };
}

function defaultServicePort(port: ServicePort): ServicePort {
  return { ...port, protocol: port.protocol ?? "TCP", targetPort: port.targetPort || port.port };
}

function defaultPolicies(
  type: NonNullable<ServiceSpec["type"]>,
  spec: ServiceSpec,
): Partial<ServiceSpec> {
  const { externalIPs = [], allocateLoadBalancerNodePorts = true } = spec;
  const isReachedFromOutside =
    type === "NodePort" ||
    type === "LoadBalancer" ||
    (type === "ClusterIP" && externalIPs.length > 0);
  return {
    ...(isReachedFromOutside && { externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster" }),
    ...(type !== "ExternalName" && {
      internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster",
    }),
    ...(type === "LoadBalancer" && { allocateLoadBalancerNodePorts }),
  };
}

/** `clusterIP` is the first of `clusterIPs`; whoever gives one means both. */
function defaultClusterIPs({ clusterIP, clusterIPs = [] }: ServiceSpec): Partial<ServiceSpec> {
  if (clusterIP !== undefined && clusterIP !== "" && clusterIPs.length === 0) {
    return { clusterIPs: [clusterIP] };
  }
  const [first] = clusterIPs;
  return clusterIP === undefined && first !== undefined ? { clusterIP: first } : {};
}
