/** Everything that one Service contributes to one node's table. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { decide, lacksLocal } from "../model/decisions.ts";
import { type Element, portElements } from "./elements.ts";
import { type ChainText, serviceChains } from "./service-chains.ts";
import type { NftablesSettings } from "./settings.ts";

export interface ServiceRules {
  /** Every chain that this Service needs. */
  readonly chains: readonly string[];
  readonly affinitySets: readonly string[];
  readonly elements: readonly Element[];
  /** The chains of single endpoints. What they do follows from their names, so what exists may stay. */
  readonly endpoints: readonly ChainText[];
  /** All other chains. */
  readonly others: readonly ChainText[];
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

export function serviceRules(service: ServiceModel, settings: NftablesSettings): ServiceRules {
  const ports = service.ports.map((port) => decide(port, settings.node));
  const parts = ports.map((decisions) => serviceChains(decisions, settings));
  const endpoints = parts.flatMap((part) => part.endpoints);
  const others = parts.flatMap((part) => part.others);
  return {
    chains: [...endpoints, ...others].map(({ chain }) => chain),
    affinitySets: endpoints.flatMap(({ affinity }) =>
      affinity?.isWanted === true ? [affinity.set] : [],
    ),
    elements: ports.flatMap(portElements),
    endpoints,
    others,
    noLocalEndpoints: {
      internal: ports.filter((decisions) => lacksLocal(decisions, "internal")).length,
      external: ports.filter((decisions) => lacksLocal(decisions, "external")).length,
    },
  };
}
