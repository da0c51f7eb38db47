/** What becomes of traffic to one service port on one node: the decisions behind its rules. */
import { type CategorizedEndpoints, categorizeEndpoints } from "../model/categorize-endpoints.ts";
import type { ServicePortModel } from "../model/cluster-model.ts";
import {
  isExternal,
  type ServicePort,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from "../model/service-port.ts";
import { type ServiceChains, serviceChains } from "./chain-names.ts";
import type { IptablesSettings } from "./settings.ts";

export interface Verdicts {
  readonly port: ServicePort;
  readonly endpoints: CategorizedEndpoints;
  readonly chains: ServiceChains;
  /** Traffic to the ClusterIP finds an endpoint. */
  readonly hasInternal: boolean;
  /** Traffic from outside the cluster finds an endpoint. */
  readonly hasExternal: boolean;
  /** The chain that the ClusterIP leads to. */
  readonly internalChain: string;
  /** The chain that KUBE-EXT ends in. */
  readonly externalPolicyChain: string;
  /** The chain that a load-balancer address leads to. */
  readonly loadBalancerChain: string;
  readonly usesClusterChain: boolean;
  readonly usesLocalChain: boolean;
  readonly usesExternalChain: boolean;
  readonly usesFirewallChain: boolean;
  /** For traffic that finds no endpoint: the words of the comment, and the target. */
  readonly refusal: { readonly comment: string; readonly target: "REJECT" | "DROP" };
}

export function judge(
  { port, endpoints: known }: ServicePortModel,
  { node }: IptablesSettings,
): Verdicts {
  const endpoints = categorizeEndpoints(known, port, node);
  const { cluster, local, hasAny } = endpoints;
  const chains = serviceChains(port);
  const usesFirewallChain =
    hasAny && port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0;
  return {
    port,
    endpoints,
    chains,
    hasInternal: hasAny && !(port.internalPolicyLocal && local.length === 0),
    hasExternal: hasAny && !(port.externalPolicyLocal && local.length === 0),
    internalChain: port.internalPolicyLocal ? chains.local : chains.cluster,
    externalPolicyChain: port.externalPolicyLocal ? chains.local : chains.cluster,
    loadBalancerChain: usesFirewallChain ? chains.firewall : chains.external,
    usesClusterChain: cluster.length > 0 && usesClusterEndpoints(port),
    usesLocalChain: local.length > 0 && usesLocalEndpoints(port),
    usesExternalChain: hasAny && isExternal(port),
    usesFirewallChain,
    refusal: hasAny
      ? // Somebody serves the port, only not on this node: silence, so that a load balancer looks elsewhere.
        { comment: `${port.name} has no local endpoints`, target: "DROP" }
      : // Nobody serves the port: the client learns it at once.
        { comment: `${port.name} has no endpoints`, target: "REJECT" },
  };
}
