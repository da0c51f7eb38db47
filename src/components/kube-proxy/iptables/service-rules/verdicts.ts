/** The decisions for one service port, with the names that iptables mode gives them. */

import type { ServicePortModel } from "../../model/cluster/cluster-model.ts";
import { mapEndpoints, type OfEndpoints } from "../../model/decisions/categorize-endpoints.ts";
import { type Decisions, decide } from "../../model/decisions/decisions.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import type { IptablesSettings } from "../settings.ts";
import { endpointChain, type ServiceChains, serviceChains } from "./chain-names.ts";

export interface Verdicts extends Decisions {
  readonly chains: ServiceChains;
  /** By list, each endpoint with its chain. */
  readonly named: OfEndpoints<NamedEndpoint>;
  /** The chain that the ClusterIP leads to. */
  readonly internalChain: string;
  /** The chain that KUBE-EXT ends in. */
  readonly externalPolicyChain: string;
  /** The chain that a load-balancer address leads to. */
  readonly loadBalancerChain: string;
  readonly usesFirewallChain: boolean;
  /** For traffic that finds no endpoint: the words of the comment, and the target. */
  readonly refusal: { readonly comment: string; readonly target: "REJECT" | "DROP" };
}

export interface NamedEndpoint {
  readonly endpoint: Endpoint;
  readonly chain: string;
}

export function judge(model: ServicePortModel, { node }: IptablesSettings): Verdicts {
  const decisions = decide(model, node);
  const { port, endpoints } = decisions;
  const { hasAny } = endpoints;
  const chains = serviceChains(port);
  const usesFirewallChain =
    hasAny && port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0;
  return {
    // Spelled out: of a spread, V8 makes an object that is slow to build and three times as large.
    port,
    endpoints,
    hasInternal: decisions.hasInternal,
    hasExternal: decisions.hasExternal,
    usesClusterChain: decisions.usesClusterChain,
    usesLocalChain: decisions.usesLocalChain,
    usesExternalChain: decisions.usesExternalChain,
    chains,
    named: mapEndpoints(endpoints, (endpoint) => ({
      endpoint,
      chain: endpointChain(port, endpoint),
    })),
    internalChain: port.internalPolicyLocal ? chains.local : chains.cluster,
    externalPolicyChain: port.externalPolicyLocal ? chains.local : chains.cluster,
    loadBalancerChain: usesFirewallChain ? chains.firewall : chains.external,
    usesFirewallChain,
    refusal: hasAny
      ? // Somebody serves the port, only not on this node: silence, so that a load balancer looks elsewhere.
        { comment: `${port.name} has no local endpoints`, target: "DROP" }
      : // Nobody serves the port: the client learns it at once.
        { comment: `${port.name} has no endpoints`, target: "REJECT" },
  };
}
