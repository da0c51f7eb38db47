/**
 * A table's objects as `add` commands, in an order that does not depend on who made them when: table,
 * chains, rules, sets, maps, elements; within a kind by name, the rules of a chain as they stand.
 */
import type { RuleSet } from "../../src/components/kube-proxy/nftables/trace/rule-set.ts";

const kinds = ["table", "chain", "rule", "set", "map", "element"];

/** The lines of a script that only adds. */
export function normaliseNftables(script: string): string {
  const lines = script.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const ranked = lines.map((line) => {
    const [, kind = "", , , name = ""] = line.split(" ");
    // Rules keep their order: what stands behind the chain's name counts for nothing.
    const within = kind === "rule" ? name : `${name} ${line}`;
    return { line, rank: `${kinds.indexOf(kind)} ${within}` };
  });
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ line }) => line)
    .join("\n");
}

export function dumpTable(table: "ip kube-proxy" | "ip6 kube-proxy", rules: RuleSet): string {
  const { definition, chains, sets } = rules;
  const line = (kind: string, name: string, rest: string): string =>
    `add ${kind} ${table} ${name} ${rest}`.trimEnd();
  return [
    `add table ${table} ${definition}`,
    ...Array.from(chains, ([name, chain]) => line("chain", name, chain.definition)),
    ...Array.from(chains).flatMap(([name, chain]) =>
      chain.rules.map(({ text }) => line("rule", name, text)),
    ),
    ...Array.from(sets, ([name, set]) => line(set.kind, name, set.definition)),
    ...Array.from(sets).flatMap(([name, { elements }]) =>
      Array.from(elements.values(), ({ text }) => line("element", name, text)),
    ),
  ].join("\n");
}

/** The lines of a script in an order that nft takes: what is named comes before who names it. */
export function inLoadOrder(script: string): string {
  const order = ["table", "chain", "set", "map", "rule", "element"];
  const lines = script.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return order
    .flatMap((kind) => lines.filter((line) => line.split(" ")[1] === kind))
    .concat("")
    .join("\n");
}
