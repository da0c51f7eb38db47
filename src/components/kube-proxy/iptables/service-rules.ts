/** Everything that one Service contributes to one node's payload. */
import type { ServiceModel, ServicePortModel } from "../model/cluster-model.ts";
import { type CaptureRules, captureRules } from "./capture-rules.ts";
import { balancingChain, type EndpointRuleOptions, endpointChainRules } from "./endpoint-rules.ts";
import {
  type ChainRules,
  clusterIPMasquerade,
  externalChain,
  firewallChain,
} from "./policy-chains.ts";
import type { IptablesSettings } from "./settings.ts";
import { judge, type Verdicts } from "./verdicts.ts";

export interface ServiceRules {
  readonly ports: readonly ServicePortRules[];
  /** Every nat chain that this Service needs, in the order in which a payload creates them. */
  readonly chains: readonly string[];
}

export interface ServicePortRules {
  /** In every payload. */
  readonly capture: CaptureRules;
  /** In full payloads, and in partial ones when the Service changed. */
  readonly policy: readonly string[];
  /** Traffic that a Local policy leaves without endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: boolean; readonly external: boolean };
}

export type ServiceRuleOptions = IptablesSettings & EndpointRuleOptions;

export function serviceRules(service: ServiceModel, options: ServiceRuleOptions): ServiceRules {
  const parts = service.ports.map((port) => servicePortRules(port, options));
  return {
    ports: parts.map(({ rules }) => rules),
    chains: parts.flatMap(({ chains }) => chains),
  };
}

function servicePortRules(
  model: ServicePortModel,
  options: ServiceRuleOptions,
): { readonly rules: ServicePortRules; readonly chains: readonly string[] } {
  const verdicts = judge(model, options);
  const chains = policyChains(verdicts, options);
  return {
    chains: chains.flatMap((part) => part.chains),
    rules: {
      capture: captureRules(verdicts, options),
      policy: [...clusterIPMasquerade(verdicts, options), ...chains.flatMap(({ rules }) => rules)],
      noLocalEndpoints: noLocalEndpoints(verdicts),
    },
  };
}

function policyChains(verdicts: Verdicts, options: ServiceRuleOptions): readonly ChainRules[] {
  const { port, chains, endpoints, usesClusterChain, usesLocalChain } = verdicts;
  return [
    externalChain(verdicts, options),
    firewallChain(verdicts, options),
    ...(usesClusterChain ? [balancingChain(chains.cluster, port, endpoints.cluster, options)] : []),
    ...(usesLocalChain ? [balancingChain(chains.local, port, endpoints.local, options)] : []),
    ...endpoints.allReachable.map((endpoint) => endpointChainRules(port, endpoint, options)),
  ];
}

function noLocalEndpoints({
  port,
  endpoints,
  hasInternal,
  hasExternal,
}: Verdicts): ServicePortRules["noLocalEndpoints"] {
  return {
    internal: port.internalPolicyLocal && endpoints.hasAny && !hasInternal,
    external: port.externalPolicyLocal && endpoints.hasAny && !hasExternal,
  };
}
