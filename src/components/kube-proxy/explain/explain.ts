/** Rules with their reasons, whatever the mode. */
import type { ProxyMode } from "../config/config.ts";
import type { ExplainedLine } from "./explained-line.ts";
import { explainIptables } from "./iptables.ts";
import { explainIpvs } from "./ipvs.ts";
import { explainNftables } from "./nftables.ts";
import { explainUserspace } from "./userspace.ts";

export interface ExplainedRules {
  /** What a packet can meet, in order, with what it is for. */
  readonly rules: readonly ExplainedRule[];
  /** The text with a comment line above each that needs one; without these it is as before. */
  readonly annotated: string;
}

interface ExplainedRule {
  /** `nat`, `filter`; `ip kube-proxy`; `ipvs`, `ipset`, `address`, `relay`. */
  readonly table: string;
  readonly chain: string;
  /** As written. */
  readonly rule: string;
  /** Undefined where nothing is known, or the line goes with the one before. */
  readonly explanation: string | undefined;
}

const explainers: Readonly<Record<ProxyMode, (text: string) => readonly ExplainedLine[]>> = {
  iptables: explainIptables,
  nftables: explainNftables,
  ipvs: explainIpvs,
  userspace: explainUserspace,
};

export function explainRules(text: string, mode: ProxyMode): ExplainedRules {
  const lines = explainers[mode](text);
  return {
    rules: lines.flatMap(({ line, why, place }) =>
      place === undefined ? [] : [{ ...place, rule: line, explanation: why }],
    ),
    annotated: lines
      .flatMap(({ line, why }) => (why === undefined ? [line] : [`# ${why}`, line]))
      .join("\n"),
  };
}
