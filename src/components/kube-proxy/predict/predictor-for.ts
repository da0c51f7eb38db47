import { KubeProxyConfigError, type ProxyMode } from "../model/config.ts";
import { iptablesPredictor } from "./iptables-predictor.ts";
import { nftablesPredictor } from "./nftables-predictor.ts";
import type { Predictor } from "./prediction.ts";

const predictors: { readonly [M in ProxyMode]?: (text: string) => Predictor } = {
  iptables: iptablesPredictor,
  nftables: nftablesPredictor,
};

/**
 * @param text what the mode's kube-proxy has written, as text.
 * @throws KubeProxyConfigError for a mode whose rules nobody reads.
 */
export function predictorFor(mode: ProxyMode, text: string): Predictor {
  const create = predictors[mode];
  if (create !== undefined) return create(text);
  throw new KubeProxyConfigError(
    `mode ${mode}: predictions are made for ${Object.keys(predictors).join(", ")}`,
  );
}
