/** Every line of an `iptables-restore` payload, with what it is for. */
import { parseRule } from "../iptables/trace/parse-rule.ts";
import type { ExplainedLine } from "./explained-line.ts";
import { explainRule } from "./iptables-sentences.ts";

export function explainIptables(payload: string): readonly ExplainedLine[] {
  let table = "";
  return payload.split("\n").map((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    if (!/^-[AI] /.test(line)) return { line, why: reasonFor(line, table) };
    const { chain, why } = explainRuleLine(line, table);
    return { line, why, place: { table, chain } };
  });
}

function reasonFor(line: string, table: string): string | undefined {
  if (line.startsWith("*")) return tables.get(table);
  if (line.startsWith(":")) return explainChain(/^:(\S+)/.exec(line)?.[1] ?? "");
  if (line.startsWith("-X ")) return "No Service needs this chain any more.";
  return undefined;
}

function explainRuleLine(
  line: string,
  table: string,
): { readonly chain: string; readonly why: string | undefined } {
  const rule = parseRule(line);
  const [, quoted, plain] = /--comment (?:"([^"]*)"|(\S+))/.exec(line) ?? [];
  const comment = quoted ?? plain ?? "";
  return { chain: rule.chain, why: explainRule({ table, rule, comment }) };
}

const tables: ReadonlyMap<string, string> = new Map([
  [
    "filter",
    "filter: what may pass. It looks after DNAT, so an address of a Service here is one that nothing translated.",
  ],
  [
    "nat",
    "nat: asked once per connection, for its first packet; conntrack remembers the outcome for all others.",
  ],
  ["mangle", "mangle: kube-proxy keeps nothing here but its canary."],
]);

const chainKinds: ReadonlyArray<readonly [string, string]> = [
  ["KUBE-PROXY-CANARY", "Holds nothing: if it is gone, somebody has flushed the tables."],
  ["KUBE-SVC-", "One port of a Service: chooses among all endpoints that this node may use."],
  ["KUBE-SVL-", "The same port under policy Local: chooses among the endpoints of this node."],
  ["KUBE-EXT-", "The same port for traffic by node port, load balancer or external IP."],
  ["KUBE-FW-", "Who may come in by the load balancer's address (loadBalancerSourceRanges)."],
  ["KUBE-SEP-", "One endpoint of a port."],
];

/** Named from namespace, name, port and protocol, so the same on every node; a chain line also empties the chain. */
function explainChain(name: string): string | undefined {
  return chainKinds.find(([prefix]) => name.startsWith(prefix))?.[1];
}
