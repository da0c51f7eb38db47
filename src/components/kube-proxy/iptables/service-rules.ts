/** Everything that one Service contributes to one node's payload. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { lacksLocal } from "../model/decisions.ts";
import { captureRules } from "./capture-rules.ts";
import { balancingChain, type EndpointRuleOptions, endpointChainRules } from "./endpoint-rules.ts";
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
  const ports = service.ports.map((port) => {
    const verdicts = judge(port, options);
    const capture = captureRules(verdicts, options);
    return { verdicts, capture, policy: policyChains(verdicts, options) };
  });
  const chains = ports.flatMap(({ policy }) => policy.flatMap((part) => part.chains));
  const policyRules = (port: (typeof ports)[number]): readonly string[] => [
    ...clusterIPMasquerade(port.verdicts, options),
    ...port.policy.flatMap(({ rules }) => rules),
  ];
  return {
    chains,
    chainLines: chains.map(chainLine).join("\n"),
    filter: ports.flatMap(({ capture }) => capture.filter).join("\n"),
    captureOnly: ports.flatMap(({ capture }) => capture.nat).join("\n"),
    nat: ports.flatMap((port) => [...port.capture.nat, ...policyRules(port)]).join("\n"),
    noLocalEndpoints: {
      internal: ports.filter(({ verdicts }) => lacksLocal(verdicts, "internal")).length,
      external: ports.filter(({ verdicts }) => lacksLocal(verdicts, "external")).length,
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
