/** What becomes of traffic to one service port on one node: what all modes decide alike, however they write it. */

import type { ServicePortModel } from "../cluster/cluster-model.ts";
import {
  isExternal,
  type ServicePort,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from "../services/service-port.ts";
import {
  type CategorizedEndpoints,
  type CategorizingNode,
  categorizeEndpoints,
} from "./categorize-endpoints.ts";

export interface Decisions {
  readonly port: ServicePort;
  readonly endpoints: CategorizedEndpoints;
  /** Traffic to the ClusterIP finds an endpoint. */
  readonly hasInternal: boolean;
  /** Traffic from outside the cluster finds an endpoint. */
  readonly hasExternal: boolean;
  /** Some traffic is spread over endpoints of the cluster, or over those of this node. */
  readonly usesClusterChain: boolean;
  readonly usesLocalChain: boolean;
  /** Some traffic comes in from outside and is not all refused. */
  readonly usesExternalChain: boolean;
}

export function decide(
  { port, endpoints: known }: ServicePortModel,
  node: CategorizingNode,
): Decisions {
  const endpoints = categorizeEndpoints(known, port, node);
  const { cluster, local, hasAny } = endpoints;
  return {
    port,
    endpoints,
    hasInternal: hasAny && !(port.internalPolicyLocal && local.length === 0),
    hasExternal: hasAny && !(port.externalPolicyLocal && local.length === 0),
    usesClusterChain: cluster.length > 0 && usesClusterEndpoints(port),
    usesLocalChain: local.length > 0 && usesLocalEndpoints(port),
    usesExternalChain: hasAny && isExternal(port),
  };
}

/** A Local policy finds no endpoint on this node, though there are some elsewhere. */
export function lacksLocal(
  { port, endpoints, hasInternal, hasExternal }: Decisions,
  side: "internal" | "external",
): boolean {
  if (!endpoints.hasAny) return false;
  return side === "internal"
    ? port.internalPolicyLocal && !hasInternal
    : port.externalPolicyLocal && !hasExternal;
}
