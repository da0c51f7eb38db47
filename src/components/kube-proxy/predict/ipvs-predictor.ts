/** Predictions from what ipvs mode has on a node: addresses, virtual servers, sets and rules. */
import { readIpvsRules } from "../ipvs/trace/read-rules.ts";
import { tracePacket } from "../ipvs/trace/trace-packet.ts";
import { endsOf, type Predictor } from "./prediction.ts";

/** @param text as `joinIpvsText` makes it. @throws RulesError for what no kube-proxy writes. */
export function ipvsPredictor(text: string): Predictor {
  const state = readIpvsRules(text);
  return {
    boundAddresses: [...state.bound],
    predict: (packet, node) => endsOf(tracePacket(state, packet, node)),
  };
}
