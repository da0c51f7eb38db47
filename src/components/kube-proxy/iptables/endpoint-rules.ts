/** Choosing an endpoint (KUBE-SVC, KUBE-SVL) and going there (KUBE-SEP). */
import type { Endpoint } from "../model/endpoint.ts";
import type { ServicePort } from "../model/service-port.ts";
import { endpointChain } from "./chain-names.ts";
import { comment, protocolMatch } from "./fragments.ts";
import type { ChainRules } from "./policy-chains.ts";

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
  endpoints: readonly Endpoint[],
  { comments }: EndpointRuleOptions,
): ChainRules {
  const rule = (endpoint: Endpoint, match: string): string => {
    const text = comments ? ` ${comment(`${port.name} -> ${endpoint.text}`)}` : "";
    return `-A ${chain}${text}${match} -j ${endpointChain(port, endpoint)}`;
  };
  const sticky =
    port.affinitySeconds === undefined
      ? []
      : endpoints.map((endpoint) =>
          rule(
            endpoint,
            ` -m recent --name ${endpointChain(port, endpoint)} --rcheck --seconds ${port.affinitySeconds} --reap`,
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

export function endpointChainRules(
  port: ServicePort,
  endpoint: Endpoint,
  { comments }: EndpointRuleOptions,
): ChainRules {
  const chain = endpointChain(port, endpoint);
  const rule = comments ? `-A ${chain} ${comment(port.name)}` : `-A ${chain}`;
  const remember = port.affinitySeconds === undefined ? "" : ` -m recent --name ${chain} --set`;
  return {
    chains: [chain],
    rules: [
      // A pod that reaches itself through the Service: it would see its own address and answer past the node.
      `${rule} -s ${endpoint.ip} -j KUBE-MARK-MASQ`,
      `${rule}${remember} ${protocolMatch(port.protocol)} -j DNAT --to-destination ${endpoint.text}`,
    ],
  };
}
