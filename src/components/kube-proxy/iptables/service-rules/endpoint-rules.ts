/** Choosing an endpoint (KUBE-SVC, KUBE-SVL) and going there (KUBE-SEP). */
import type { ServicePort } from "../../model/services/service-port.ts";
import { phraseComment, protocolMatch, wordComment } from "../text/fragments.ts";
import type { RuleLines } from "../text/rule-lines.ts";
import type { NamedEndpoint } from "./verdicts.ts";

/** Whether the rules about single endpoints explain themselves; very large clusters save the bytes. */
export interface EndpointRuleOptions {
  readonly comments: boolean;
}

/**
 * Adds a load-balancing chain. Each packet of a new connection takes the
 * first rule with probability 1/n, else the second with 1/(n-1) … and the last for
 * certain, which gives every endpoint 1/n.
 */
export function addBalancingChain(
  lines: Pick<RuleLines, "chains" | "nat">,
  chain: string,
  { port, endpoints }: { readonly port: ServicePort; readonly endpoints: readonly NamedEndpoint[] },
  { comments }: EndpointRuleOptions,
): void {
  const head = ({ endpoint }: NamedEndpoint): string =>
    comments ? `-A ${chain} ${phraseComment(`${port.name} -> ${endpoint.text}`)}` : `-A ${chain}`;
  lines.chains.push(chain);
  if (port.affinitySeconds !== undefined) {
    const seen = `--rcheck --seconds ${port.affinitySeconds} --reap -j`;
    for (const each of endpoints) {
      lines.nat.push(`${head(each)} -m recent --name ${each.chain} ${seen} ${each.chain}`);
    }
  }
  let left = endpoints.length;
  for (const each of endpoints) {
    lines.nat.push(
      left === 1
        ? `${head(each)} -j ${each.chain}`
        : `${head(each)}${oneIn(left)} -j ${each.chain}`,
    );
    left--;
  }
}

/** By n: the same few matches stand in the chains of all Services. */
const probabilities: string[] = [];

function oneIn(n: number): string {
  probabilities[n] ??= ` -m statistic --mode random --probability ${formatProbability(n)}`;
  return probabilities[n];
}

/** One in `n` as kube-proxy prints it: C's `%0.10f`. */
export function formatProbability(n: number): string {
  return (1 / n).toFixed(10);
}

/** Adds the way to each endpoint. */
export function addEndpointChains(
  lines: Pick<RuleLines, "chains" | "nat">,
  port: ServicePort,
  endpoints: readonly NamedEndpoint[],
  { comments }: EndpointRuleOptions,
): void {
  const text = comments ? ` ${wordComment(port.name)}` : "";
  const from = `${text} -s `;
  const to = ` ${protocolMatch(port.protocol)} -j DNAT --to-destination `;
  for (const { endpoint, chain } of endpoints) {
    const remember = port.affinitySeconds === undefined ? "" : ` -m recent --name ${chain} --set`;
    lines.chains.push(chain);
    lines.nat.push(
      // A pod that reaches itself through the Service: it would see its own address and answer past the node.
      `-A ${chain}${from}${endpoint.ip} -j KUBE-MARK-MASQ`,
      `-A ${chain}${text}${remember}${to}${endpoint.text}`,
    );
  }
}
