/** Predictions from the table of nftables mode: a script of kube-proxy, or what `nft list table` says of a node. */
import { readListing } from "../nftables/trace/read-listing.ts";
import { applyScript } from "../nftables/trace/rule-set.ts";
import { tracePacket } from "../nftables/trace/trace-packet.ts";
import { endsOf, type Predictor } from "./prediction.ts";

/** @throws RulesError for rules that no kube-proxy writes. */
export function nftablesPredictor(text: string): Predictor {
  const rules = text.startsWith("table ") ? readListing(text) : applyScript(text);
  return {
    boundAddresses: [],
    predict: (packet, node) => endsOf(tracePacket(rules, packet, node)),
  };
}
