/** Predictions from the rules of userspace mode and the table of its relays. */

import { onlyKubeRules } from "../iptables/sync/saved-rules.ts";
import { applyPayload } from "../iptables/trace/rule-set.ts";
import { parseRelays } from "../userspace/relay-table.ts";
import { tracePacket } from "../userspace/trace-packet.ts";
import { endsOf, type Predictor } from "./prediction.ts";

/** @param text rules, and a line a relay as `formatRelay` makes it. @throws RulesError for what no kube-proxy writes. */
export function userspacePredictor(text: string): Predictor {
  const state = { rules: applyPayload(onlyKubeRules(text)), relays: parseRelays(text) };
  return {
    boundAddresses: [],
    predict: (packet, node) => endsOf(tracePacket(state, packet, node)),
  };
}
