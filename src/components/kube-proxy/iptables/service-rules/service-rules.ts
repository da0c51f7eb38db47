/** Everything that one Service contributes to one node's payload. */
import type { ServiceModel } from "../../model/cluster/cluster-model.ts";
import { lacksLocal } from "../../model/decisions/decisions.ts";
import type { IptablesSettings } from "../settings.ts";
import { chainLine, chainOfLine } from "../text/payload.ts";
import { joinLines, noLines, type RuleLines } from "../text/rule-lines.ts";
import { addCaptureRules } from "./capture-rules.ts";
import {
  addBalancingChain,
  addEndpointChains,
  type EndpointRuleOptions,
} from "./endpoint-rules.ts";
import { addClusterIPMasquerade, addExternalChain, addFirewallChain } from "./policy-chains.ts";
import { judge, type Verdicts } from "./verdicts.ts";

/** Lines are joined here, once: most Services stay the same from sync to sync. Texts without rules are empty. */
export interface ServiceRules {
  /** Every nat chain that this Service needs, in the order in which a payload creates them; see {@link chainsOf}. */
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

const NONE: ServiceRules["noLocalEndpoints"] = { internal: 0, external: 0 };

export type ServiceRuleOptions = IptablesSettings & EndpointRuleOptions;

export function serviceRules(service: ServiceModel, options: ServiceRuleOptions): ServiceRules {
  const lines = noLines();
  let [internal, external] = [0, 0];
  for (const port of service.ports) {
    const verdicts = judge(port, options);
    addCaptureRules(lines, verdicts, options);
    addClusterIPMasquerade(lines, verdicts, options);
    addPolicyChains(lines, verdicts, options);
    if (lacksLocal(verdicts, "internal")) internal++;
    if (lacksLocal(verdicts, "external")) external++;
  }
  return {
    chainLines: lines.chains.map(chainLine).join("\n"),
    filter: joinLines(lines.filter),
    captureOnly: joinLines(lines.captures),
    nat: lines.nat.join("\n"),
    noLocalEndpoints: internal + external === 0 ? NONE : { internal, external },
  };
}

/** The names in {@link ServiceRules.chainLines}: asked for so seldom that a hundred thousand of them need not be kept. */
export function chainsOf(rules: ServiceRules | undefined): readonly string[] {
  if (rules === undefined || rules.chainLines === "") return [];
  return rules.chainLines.split("\n").map(chainOfLine);
}

function addPolicyChains(lines: RuleLines, verdicts: Verdicts, options: ServiceRuleOptions): void {
  const { port, chains, named, usesClusterChain, usesLocalChain } = verdicts;
  addExternalChain(lines, verdicts, options);
  addFirewallChain(lines, verdicts, options);
  if (usesClusterChain) {
    addBalancingChain(lines, chains.cluster, { port, endpoints: named.cluster }, options);
  }
  if (usesLocalChain) {
    addBalancingChain(lines, chains.local, { port, endpoints: named.local }, options);
  }
  addEndpointChains(lines, port, named.allReachable, options);
}
