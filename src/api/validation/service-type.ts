import type { Service } from "../objects/service.ts";

type ServiceSpec = Service["spec"];

/** Without an address of its own: its DNS name answers with its pods. */
export function isHeadless({ clusterIP, clusterIPs = [] }: ServiceSpec): boolean {
  return clusterIP === "None" || clusterIPs[0] === "None";
}

/** Reached by clients outside of the cluster, and so with a policy for them. */
export function isExternallyAccessible({ type, externalIPs = [] }: ServiceSpec): boolean {
  if (type === "NodePort" || type === "LoadBalancer") return true;
  return type === "ClusterIP" && externalIPs.length > 0;
}

/** A load balancer must learn which nodes have endpoints, when only those may be used. */
export function needsHealthCheckNodePort({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

/** Whether each of its ports is also a port of every node. */
export function needsNodePorts({
  type,
  allocateLoadBalancerNodePorts = true,
}: ServiceSpec): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts);
}
