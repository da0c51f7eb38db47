/** Everything that one Service contributes to one node's payload. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { lacksLocal } from "../model/decisions.ts";
import { captureRules } from "./capture-rules.ts";
import { balancingChain, type EndpointRuleOptions, endpointChains } from "./endpoint-rules.ts";
import { chainLine } from "./payload.ts";
import {
  type ChainRules,
  clusterIPMasquerade,
  externalChain,
  firewallChain,
} from "./policy-chains.ts";
import type { IptablesSettings } from "./settings.ts";
import { judge, type Verdicts } from "./verdicts.ts";

/** Lines are joined here, once: most Services stay the same from sync to sync. Texts without rules are empty. */
export interface ServiceRules {
  /** Every nat chain that this Service needs, in the order in which a payload creates them. */
  readonly chains: readonly string[];
  readonly chainLines: string;
  /** For filter, in every payload. */
  readonly filter: string;
  /** For nat, in partial payloads when the Service did not change. */
  readonly captureOnly: string;
  /** For nat, in all other payloads. */
  readonly nat: string;
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

export type ServiceRuleOptions = IptablesSettings & EndpointRuleOptions;

export function serviceRules(service: ServiceModel, options: ServiceRuleOptions): ServiceRules {
  const lists = {
    chains: [] as string[],
    filter: [] as string[],
    captureOnly: [] as string[],
    nat: [] as string[],
  };
  const noLocalEndpoints = { internal: 0, external: 0 };
  for (const port of service.ports) {
    const verdicts = judge(port, options);
    const capture = captureRules(verdicts, options);
    lists.filter.push(...capture.filter);
    lists.captureOnly.push(...capture.nat);
    lists.nat.push(...capture.nat, ...clusterIPMasquerade(verdicts, options));
    for (const { chains, rules } of policyChains(verdicts, options)) {
      lists.chains.push(...chains);
      lists.nat.push(...rules);
    }
    if (lacksLocal(verdicts, "internal")) noLocalEndpoints.internal++;
    if (lacksLocal(verdicts, "external")) noLocalEndpoints.external++;
  }
  return {
    chains: lists.chains,
    chainLines: lists.chains.map(chainLine).join("\n"),
    filter: lists.filter.join("\n"),
    captureOnly: lists.captureOnly.join("\n"),
    nat: lists.nat.join("\n"),
    noLocalEndpoints,
  };
}

function policyChains(verdicts: Verdicts, options: ServiceRuleOptions): readonly ChainRules[] {
  const { port, chains, named, usesClusterChain, usesLocalChain } = verdicts;
  return [
    externalChain(verdicts, options),
    firewallChain(verdicts, options),
    ...(usesClusterChain ? [balancingChain(chains.cluster, port, named.cluster, options)] : []),
    ...(usesLocalChain ? [balancingChain(chains.local, port, named.local, options)] : []),
    endpointChains(port, named.allReachable, options),
  ];
}
