/** Rules with their reasons, whatever the mode. */
import type { ProxyMode } from "../model/config.ts";
import { annotateIptables, type ExplainedRule, explainIptables } from "./iptables.ts";

export interface ExplainedRules {
  /** Every rule in order, with what it is for. */
  readonly rules: readonly ExplainedRule[];
  /** The text with a comment line above each rule; it loads as before. */
  readonly annotated: string;
}

/** For a mode whose rules nobody explains yet, the text as it is. */
export function explainRules(text: string, mode: ProxyMode): ExplainedRules {
  return mode === "iptables"
    ? { rules: explainIptables(text), annotated: annotateIptables(text) }
    : { rules: [], annotated: text };
}
