/** Everything that one Service contributes to one node's table. */
import type { ServiceModel } from "../model/cluster-model.ts";
import { lacksLocal } from "../model/decisions.ts";
import { addPortElements, type Element } from "./elements.ts";
import { addServiceChains, type ChainLists, type IsRight } from "./service-chains.ts";
import type { NftablesSettings } from "./settings.ts";
import { judge } from "./verdicts.ts";

/** Commands are joined here, once: most Services stay the same from sync to sync. */
export interface ServiceRules {
  /** Every chain that this Service needs; see {@link namesOf}. */
  readonly chains: Names;
  readonly affinitySets: Names;
  readonly elements: readonly Element[];
  /** What makes the chains: commands, a line each, and how many. Empty where there are none. */
  readonly commands: CommandText;
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

/** A name a line: asked for so seldom that a hundred thousand of them need not be kept one by one. */
export type Names = string;

export function namesOf(names: Names): readonly string[] {
  return names === "" ? [] : names.split("\n");
}

export interface CommandText {
  readonly text: string;
  readonly count: number;
}

const NONE: ServiceRules["noLocalEndpoints"] = { internal: 0, external: 0 };

export function serviceRules(
  service: ServiceModel,
  settings: NftablesSettings,
  isRight?: IsRight,
): ServiceRules {
  const lists: ChainLists = { chains: [], affinitySets: [], commands: [] };
  const elements: Element[] = [];
  let [internal, external] = [0, 0];
  for (const port of service.ports) {
    const verdicts = judge(port, settings.node);
    addServiceChains(lists, verdicts, settings, isRight);
    addPortElements(elements, verdicts);
    if (lacksLocal(verdicts, "internal")) internal++;
    if (lacksLocal(verdicts, "external")) external++;
  }
  const { chains, affinitySets, commands } = lists;
  return {
    chains: chains.join("\n"),
    affinitySets: affinitySets.join("\n"),
    elements,
    commands: { text: commands.join("\n"), count: commands.length },
    noLocalEndpoints: internal + external === 0 ? NONE : { internal, external },
  };
}
