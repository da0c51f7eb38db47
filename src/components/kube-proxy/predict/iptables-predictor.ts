/** Predictions from iptables rules: a payload of kube-proxy, or what `iptables-save` says of a node. */

import { onlyKubeRules } from "../iptables/sync/saved-rules.ts";
import { applyPayload } from "../iptables/trace/rule-set.ts";
import { tracePacket } from "../iptables/trace/trace-packet.ts";
import { endsOf, type Predictor } from "./prediction.ts";

/** Rules of others in `text` are passed over. @throws RulesError for rules that no kube-proxy writes. */
export function iptablesPredictor(text: string): Predictor {
  const rules = applyPayload(onlyKubeRules(text));
  return {
    boundAddresses: [],
    predict: (packet, node) => endsOf(tracePacket(rules, packet, node)),
  };
}
