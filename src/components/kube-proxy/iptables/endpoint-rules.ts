/** Choosing an endpoint (KUBE-SVC, KUBE-SVL) and going there (KUBE-SEP). */
import type { ServicePort } from "../model/service-port.ts";
import { phraseComment, protocolMatch, wordComment } from "./fragments.ts";
import type { ChainRules } from "./policy-chains.ts";
import type { NamedEndpoint } from "./verdicts.ts";

/** Whether the rules about single endpoints explain themselves; very large clusters save the bytes. */
export interface EndpointRuleOptions {
  readonly comments: boolean;
}

/**
 * The rules of a load-balancing chain. Each packet of a new connection takes the
 * first rule with probability 1/n, else the second with 1/(n-1) … and the last for
 * certain, which gives every endpoint 1/n.
 */
export function balancingChain(
  chain: string,
  port: ServicePort,
  endpoints: readonly NamedEndpoint[],
  { comments }: EndpointRuleOptions,
): ChainRules {
  const rule = ({ endpoint, chain: own }: NamedEndpoint, match: string): string => {
    const text = comments ? ` ${phraseComment(`${port.name} -> ${endpoint.text}`)}` : "";
    return `-A ${chain}${text}${match} -j ${own}`;
  };
  const sticky =
    port.affinitySeconds === undefined
      ? []
      : endpoints.map((endpoint) =>
          rule(
            endpoint,
            ` -m recent --name ${endpoint.chain} --rcheck --seconds ${port.affinitySeconds} --reap`,
          ),
        );
  const balanced = endpoints.map((endpoint, index) => {
    const left = endpoints.length - index;
    return rule(
      endpoint,
      left === 1 ? "" : ` -m statistic --mode random --probability ${formatProbability(left)}`,
    );
  });
  return { chains: [chain], rules: [...sticky, ...balanced] };
}

/** One in `n` as kube-proxy prints it: C's `%0.10f`. */
export function formatProbability(n: number): string {
  return (1 / n).toFixed(10);
}

/** The way to each endpoint. */
export function endpointChains(
  port: ServicePort,
  endpoints: readonly NamedEndpoint[],
  { comments }: EndpointRuleOptions,
): ChainRules {
  const text = comments ? ` ${wordComment(port.name)}` : "";
  const dnat = `${protocolMatch(port.protocol)} -j DNAT --to-destination`;
  const chains: string[] = [];
  const rules: string[] = [];
  for (const { endpoint, chain } of endpoints) {
    const remember = port.affinitySeconds === undefined ? "" : ` -m recent --name ${chain} --set`;
    chains.push(chain);
    rules.push(
      // A pod that reaches itself through the Service: it would see its own address and answer past the node.
      `-A ${chain}${text} -s ${endpoint.ip} -j KUBE-MARK-MASQ`,
      `-A ${chain}${text}${remember} ${dnat} ${endpoint.text}`,
    );
  }
  return { chains, rules };
}
