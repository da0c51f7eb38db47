/**
 * What a load balancer hears when it asks a node whether to send it traffic for a
 * Service with externalTrafficPolicy Local: an HTTP server on the Service's
 * healthCheckNodePort. Here as data; who serves it is told by the lab.
 */
import type { ClusterModel } from "../model/cluster/cluster-model.ts";

export interface ServiceHealth {
  readonly namespace: string;
  readonly name: string;
  /** The healthCheckNodePort. */
  readonly port: number;
  /** Different addresses of ready endpoints on this node, at whatever port of the slices; those that are shutting down do not count. */
  readonly localEndpoints: number;
}

export interface HealthResponse {
  readonly status: 200 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One per Service that has such a port. */
export function serviceHealth(cluster: ClusterModel, nodeName: string): readonly ServiceHealth[] {
  const health: ServiceHealth[] = [];
  for (const { ports, healthChecked = [] } of cluster.services.values()) {
    const [first] = ports;
    if (first?.port.healthCheckNodePort === undefined) continue;
    const local = healthChecked.filter(({ ready, nodeName: where }) => ready && where === nodeName);
    health.push({
      namespace: first.port.namespace,
      name: first.port.serviceName,
      port: first.port.healthCheckNodePort,
      localEndpoints: new Set(local.map(({ ip }) => ip)).size,
    });
  }
  return health;
}

/** The answer to any path. `isHealthy` is the proxy's own state. */
export function renderServiceHealth(
  { namespace, name, localEndpoints }: ServiceHealth,
  { isHealthy }: { readonly isHealthy: boolean },
): HealthResponse {
  const body = {
    service: { namespace, name },
    localEndpoints,
    serviceProxyHealthy: isHealthy,
  };
  return {
    status: localEndpoints > 0 && isHealthy ? 200 : 503,
    headers: {
      "Content-Type": "application/json",
      "X-Content-Type-Options": "nosniff",
      "X-Load-Balancing-Endpoint-Weight": String(localEndpoints),
    },
    body: JSON.stringify(body, undefined, "\t"),
  };
}
