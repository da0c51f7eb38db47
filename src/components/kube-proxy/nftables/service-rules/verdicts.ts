/** The decisions for one service port, with the names that nftables mode gives them. */

import type { ServicePortModel } from "../../model/cluster/cluster-model.ts";
import type { CategorizingNode } from "../../model/decisions/categorize-endpoints.ts";
import { mapEndpoints, type OfEndpoints } from "../../model/decisions/categorize-endpoints.ts";
import { type Decisions, decide } from "../../model/decisions/decisions.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import { endpointChain, type ServiceObjects, serviceObjects } from "./object-names.ts";

export interface Verdicts extends Decisions {
  readonly objects: ServiceObjects;
  /** The chain that the ClusterIP leads to. */
  readonly internalChain: string;
  /** The chain that traffic from outside ends in. */
  readonly externalPolicyChain: string;
  /** Whether or not there are endpoints: who may not come in learns nothing about them. */
  readonly usesFirewallChain: boolean;
  /** Where traffic that finds no endpoint ends. */
  readonly refusal: "drop" | "goto reject-chain";
}

export interface NamedEndpoint {
  readonly endpoint: Endpoint;
  readonly chain: string;
}

export function judge(model: ServicePortModel, node: CategorizingNode): Verdicts {
  const decisions = decide(model, node);
  const { port, endpoints } = decisions;
  const objects = serviceObjects(port);
  return {
    // Spelled out: of a spread, V8 makes an object that is slow to build and three times as large.
    port,
    endpoints,
    hasInternal: decisions.hasInternal,
    hasExternal: decisions.hasExternal,
    usesClusterChain: decisions.usesClusterChain,
    usesLocalChain: decisions.usesLocalChain,
    usesExternalChain: decisions.usesExternalChain,
    objects,
    internalChain: port.internalPolicyLocal ? objects.local : objects.cluster,
    externalPolicyChain: port.externalPolicyLocal ? objects.local : objects.cluster,
    usesFirewallChain: port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0,
    // Somebody serves the port, only not on this node: silence, so that a load balancer looks elsewhere.
    // Nobody does: the client learns it at once.
    refusal: endpoints.hasAny ? "drop" : "goto reject-chain",
  };
}

/**
 * By list, each endpoint with its chain. Not kept with the decisions: names are asked for when chains are written or go, and
 * fifty thousand that nobody asks for are most of what the collector would have to move.
 */
export function nameEndpoints({
  port,
  endpoints,
}: Pick<Decisions, "port" | "endpoints">): OfEndpoints<NamedEndpoint> {
  return mapEndpoints(endpoints, (endpoint) => ({
    endpoint,
    chain: endpointChain(port, endpoint),
  }));
}
