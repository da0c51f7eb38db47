/** What a node's tables hold after payloads were loaded into them: `iptables-restore --noflush` on values. */

import { RulesError } from "../../trace/rules-error.ts";
import { parseRule } from "./parse-rule.ts";
import type { Rule } from "./rule.ts";

/** Rules by table and chain. Chains of the kernel's own are there once something was added to them. */
export type RuleSet = ReadonlyMap<string, ReadonlyMap<string, readonly Rule[]>>;

type Tables = Map<string, Map<string, Rule[]>>;

const builtIn: ReadonlySet<string> = new Set([
  "PREROUTING",
  "INPUT",
  "FORWARD",
  "OUTPUT",
  "POSTROUTING",
]);

/**
 * Loads `payload` on top of `before`, which stays as it is. Also reads the output
 * of `iptables-save`.
 *
 * @throws RulesError where the kernel would refuse: rules for chains that do not exist,
 *   jumps into nowhere, deletion of a chain that holds rules or is jumped to.
 */
export function applyPayload(payload: string, before: RuleSet = new Map()): RuleSet {
  const tables: Tables = new Map(
    Array.from(before, ([name, chains]) => [
      name,
      new Map(Array.from(chains, ([chain, rules]) => [chain, [...rules]])),
    ]),
  );
  let table: Map<string, Rule[]> | undefined;
  for (const line of payload.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("*")) {
      table = tables.get(line.slice(1)) ?? new Map();
      tables.set(line.slice(1), table);
    } else if (table === undefined) {
      throw new RulesError(`line "${line}": stands in no table`);
    } else if (line === "COMMIT") {
      checkJumps(table);
      table = undefined;
    } else {
      applyLine(line, table);
    }
  }
  return tables;
}

/** The names of a table's chains, in the order in which they came to be. */
export function chainNames(rules: RuleSet, table: string): readonly string[] {
  return [...(rules.get(table)?.keys() ?? [])];
}

/** The rules of one chain; none when there is no such chain. */
export function chainRules(rules: RuleSet, table: string, chain: string): readonly Rule[] {
  return rules.get(table)?.get(chain) ?? [];
}

function applyLine(line: string, table: Map<string, Rule[]>): void {
  const [command = "", chain = ""] = line.split(" ");
  if (command.startsWith(":")) {
    table.set(command.slice(1), []);
    return;
  }
  const rules = table.get(chain) ?? (builtIn.has(chain) ? [] : undefined);
  if (rules === undefined) throw new RulesError(`line "${line}": there is no chain ${chain}`);
  table.set(chain, rules);
  switch (command) {
    case "-A":
      rules.push(parseRule(line));
      return;
    case "-I":
      rules.unshift(parseRule(line));
      return;
    case "-X":
      deleteChain(chain, table);
      return;
    default:
      throw new RulesError(`line "${line}": ${command} is not understood`);
  }
}

function deleteChain(chain: string, table: Map<string, Rule[]>): void {
  if (table.get(chain)?.length !== 0) throw new RulesError(`chain ${chain}: is not empty`);
  for (const rule of [...table.values()].flat()) {
    if (rule.target?.type === "jump" && rule.target.chain === chain) {
      throw new RulesError(`chain ${chain}: is still used by "${rule.text}"`);
    }
  }
  table.delete(chain);
}

function checkJumps(table: ReadonlyMap<string, readonly Rule[]>): void {
  for (const rules of table.values()) {
    for (const { target, text } of rules) {
      if (target?.type === "jump" && !table.has(target.chain)) {
        throw new RulesError(`rule "${text}": there is no chain ${target.chain}`);
      }
    }
  }
}
