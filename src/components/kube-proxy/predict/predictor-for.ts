import type { ProxyMode } from "../config/config.ts";
import { iptablesPredictor } from "./iptables-predictor.ts";
import { ipvsPredictor } from "./ipvs-predictor.ts";
import { nftablesPredictor } from "./nftables-predictor.ts";
import type { Predictor } from "./prediction.ts";
import { userspacePredictor } from "./userspace-predictor.ts";

const predictors: Readonly<Record<ProxyMode, (text: string) => Predictor>> = {
  iptables: iptablesPredictor,
  nftables: nftablesPredictor,
  ipvs: ipvsPredictor,
  userspace: userspacePredictor,
};

/**
 * @param text what the mode's kube-proxy has written, as text.
 * @throws RulesError for what no kube-proxy writes.
 */
export function predictorFor(mode: ProxyMode, text: string): Predictor {
  return predictors[mode](text);
}
