/** Predictions from iptables rules: a payload of kube-proxy, or what `iptables-save` says of a node. */
import { applyPayload } from "../iptables/rule-set.ts";
import { tracePacket } from "../iptables/trace-packet.ts";
import { endsOf, type Predictor } from "./prediction.ts";

/** Rules of others in `text` are passed over. @throws RulesError for rules that no kube-proxy writes. */
export function iptablesPredictor(text: string): Predictor {
  const rules = applyPayload(onlyKubeRules(text));
  return { predict: (packet, node) => endsOf(tracePacket(rules, packet, node)) };
}

/** kube-proxy's and kubelet's part: their chains, and the jumps into them. */
function onlyKubeRules(text: string): string {
  return text
    .split("\n")
    .filter((line) => /^(\*|COMMIT|:KUBE-|-A KUBE-|-X KUBE-)/.test(line) || JUMP.test(line))
    .join("\n");
}

const JUMP = /^-[AI] [A-Z]+ .*-j KUBE-/;
