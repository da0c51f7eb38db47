/** Everything that one Service contributes to one node's table. */
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import { lacksLocal } from "../../model/decisions/decisions.ts";
import type { NftablesSettings } from "../settings.ts";
import type { Script } from "../text/script.ts";
import { type Element, portElements } from "./elements.ts";
import { addServiceChains, affinitySetNames, chainNames, type IsRight } from "./service-chains.ts";
import { judge, type Verdicts } from "./verdicts.ts";

/** What is kept from sync to sync. The commands that make the chains are not: as a rule, they are written once. */
export interface ServiceRules {
  /** By service port. */
  readonly verdicts: readonly Verdicts[];
  readonly elements: readonly Element[];
  /** Service ports whose Local policy finds no endpoint here, though there are some elsewhere. */
  readonly noLocalEndpoints: { readonly internal: number; readonly external: number };
}

const NONE: ServiceRules["noLocalEndpoints"] = { internal: 0, external: 0 };

export function serviceRules(service: ServiceModel, settings: NftablesSettings): ServiceRules {
  const verdicts = service.ports.map((port) => judge(port, settings.node));
  const elements = verdicts.flatMap(portElements);
  let [internal, external] = [0, 0];
  for (const each of verdicts) {
    if (lacksLocal(each, "internal")) internal++;
    if (lacksLocal(each, "external")) external++;
  }
  const noLocalEndpoints = internal + external === 0 ? NONE : { internal, external };
  return { verdicts, elements, noLocalEndpoints };
}

/** Every chain, or every set of clients, that the Service needs. */
export function namesOf(
  { verdicts }: ServiceRules,
  what: "chains" | "affinitySets",
): readonly string[] {
  return verdicts.flatMap(what === "chains" ? chainNames : affinitySetNames);
}

/** Adds what makes the chains. */
export function addChains(
  script: Script,
  { verdicts }: ServiceRules,
  settings: NftablesSettings,
  isRight?: IsRight,
): void {
  for (const each of verdicts) addServiceChains(script, each, settings, isRight);
}
