/** Everything that one Service contributes to one node's table. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { lacksLocal } from "../model/decisions.ts";
import { type Element, portElements } from "./elements.ts";
import { addServiceChains, type ChainLists, type IsRight } from "./service-chains.ts";
import type { NftablesSettings } from "./settings.ts";
import { judge } from "./verdicts.ts";

/** Commands are joined here, once: most Services stay the same from sync to sync. */
export interface ServiceRules {
  /** Every chain that this Service needs. */
  readonly chains: readonly string[];
  readonly affinitySets: readonly string[];
  readonly elements: readonly Element[];
  /** What makes the chains: commands, a line each, and how many. Empty where there are none. */
  readonly commands: CommandText;
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

export interface CommandText {
  readonly text: string;
  readonly count: number;
}

export function serviceRules(
  service: ServiceModel,
  settings: NftablesSettings,
  isRight?: IsRight,
): ServiceRules {
  const lists: ChainLists = { chains: [], affinitySets: [], commands: [] };
  const elements: Element[] = [];
  const noLocalEndpoints = { internal: 0, external: 0 };
  for (const port of service.ports) {
    const verdicts = judge(port, settings.node);
    addServiceChains(lists, verdicts, settings, isRight);
    elements.push(...portElements(verdicts));
    if (lacksLocal(verdicts, "internal")) noLocalEndpoints.internal++;
    if (lacksLocal(verdicts, "external")) noLocalEndpoints.external++;
  }
  const { chains, affinitySets, commands } = lists;
  return {
    chains,
    affinitySets,
    elements,
    commands: { text: commands.join("\n"), count: commands.length },
    noLocalEndpoints,
  };
}
