/** What a node's table holds after scripts were run on it: `nft -f -` on values. */
import { RulesError } from "../../trace/rules-error.ts";
import { nftWords, parseRule, parseVerdict } from "./parse-rule.ts";
import type { Rule, Verdict } from "./rule.ts";

interface Chain {
  /** What stands in braces; empty for a chain without a hook. */
  readonly definition: string;
  readonly rules: readonly Rule[];
}

interface ElementSet {
  /** `set`, or `map` where elements lead to verdicts. */
  readonly kind: "set" | "map";
  readonly definition: string;
  readonly elements: ReadonlyMap<string, SetElement>;
}

interface SetElement {
  /** `{ … }`, as it was written. */
  readonly text: string;
  /** Undefined in a set. */
  readonly verdict: Verdict | undefined;
}

/** One table, `ip kube-proxy` or `ip6 kube-proxy`. */
export interface RuleSet {
  readonly definition: string;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, ElementSet>;
}

export const emptyRuleSet: RuleSet = { definition: "", chains: new Map(), sets: new Map() };

interface Table {
  definition: string;
  readonly chains: Map<string, Chain & { rules: Rule[] }>;
  readonly sets: Map<string, ElementSet & { elements: Map<string, SetElement> }>;
}

/**
 * Runs `script` on `before`, which stays as it is.
 *
 * @throws RulesError where the kernel would refuse: rules for chains that do not exist, verdicts
 *   into nowhere, deletion of what is still used.
 */
export function applyScript(script: string, before: RuleSet = emptyRuleSet): RuleSet {
  const table: Table = {
    definition: before.definition,
    chains: new Map(
      Array.from(before.chains, ([name, chain]) => [name, { ...chain, rules: [...chain.rules] }]),
    ),
    sets: new Map(
      Array.from(before.sets, ([name, set]) => [name, { ...set, elements: new Map(set.elements) }]),
    ),
  };
  for (const line of script.split("\n")) {
    if (line.trim() !== "" && !line.startsWith("#")) applyCommand(line, table);
  }
  checkReferences(table);
  return table;
}

/** `VERB KIND FAMILY kube-proxy NAME REST`; of a table, without the last two. */
const COMMAND =
  /^(?<verb>\w+) (?<kind>\w+) ip6? kube-proxy(?: (?<name>[^\s{]+))?(?: (?<rest>.*))?$/;

function applyCommand(line: string, table: Table): void {
  const { verb, kind, name = "", rest = "" } = COMMAND.exec(line)?.groups ?? {};
  switch (`${verb} ${kind}`) {
    case "add table":
      table.definition = rest;
      return;
    case "add chain":
      addChain(table, name, rest);
      return;
    case "flush chain":
      existing(table.chains, name, line).rules = [];
      return;
    case "add rule":
      existing(table.chains, name, line).rules.push(parseRule(name, rest));
      return;
    case "add set":
    case "add map":
      addSet(table, name, { kind: kind === "map" ? "map" : "set", definition: rest });
      return;
    case "flush set":
    case "flush map":
      existing(table.sets, name, line).elements.clear();
      return;
    case "delete chain":
    case "delete set":
    case "delete map": {
      const kept: Map<string, unknown> = kind === "chain" ? table.chains : table.sets;
      if (!kept.delete(name)) throw missing(name, line);
      return;
    }
    case "add element":
    case "delete element":
      changeElement(table, name, rest, line);
      return;
    default:
      throw new RulesError(`line "${line}": is not understood`);
  }
}

function addChain({ chains }: Table, name: string, definition: string): void {
  const known = chains.get(name);
  if (known === undefined) chains.set(name, { definition, rules: [] });
}

function addSet(
  { sets }: Table,
  name: string,
  { kind, definition }: Pick<ElementSet, "kind" | "definition">,
): void {
  sets.set(name, { kind, definition, elements: sets.get(name)?.elements ?? new Map() });
}

function changeElement({ sets }: Table, name: string, text: string, line: string): void {
  const { elements, kind } = existing(sets, name, line);
  const { key, verdict } = parseElement(text, kind);
  if (line.startsWith("add")) {
    const before = elements.get(key);
    if (before !== undefined && JSON.stringify(before.verdict) !== JSON.stringify(verdict)) {
      throw new RulesError(`line "${line}": the element is there with another verdict`);
    }
    elements.set(key, { text, verdict });
  } else if (!elements.delete(key)) {
    throw missing(key, line);
  }
}

/** `{ KEY [comment "…"] [: VERDICT] }`. */
function parseElement(
  text: string,
  kind: ElementSet["kind"],
): { readonly key: string; readonly verdict: Verdict | undefined } {
  const words = nftWords(text);
  words.expect("{");
  const key: string[] = [];
  let verdict: Verdict | undefined;
  for (let word = words.next(); word !== "}"; word = words.next()) {
    if (word === "comment") words.next();
    else if (word === ":" && kind === "map") verdict = parseVerdict(words);
    else key.push(word);
  }
  return { key: key.join(" "), verdict };
}

/** Everything that is led to must be there when the script is done. */
function checkReferences({ chains, sets }: Table): void {
  for (const { elements } of sets.values()) {
    for (const { verdict, text } of elements.values()) checkVerdicts([verdict], chains, text);
  }
  for (const { matches, action, text } of [...chains.values()].flatMap(({ rules }) => rules)) {
    const absent = setsOf(matches, action).find((name) => !sets.has(name));
    if (absent !== undefined) throw missing(absent, text);
    checkVerdicts(verdictsOf(action), chains, text);
  }
}

function checkVerdicts(
  verdicts: ReadonlyArray<Verdict | undefined>,
  chains: Table["chains"],
  text: string,
): void {
  for (const verdict of verdicts) {
    if (verdict !== undefined && "chain" in verdict && !chains.has(verdict.chain)) {
      throw missing(verdict.chain, text);
    }
  }
}

function verdictsOf(action: Rule["action"]): readonly Verdict[] {
  if (action?.type === "choice") return action.verdicts;
  return action?.type === "jump" || action?.type === "goto" ? [action] : [];
}

function setsOf(matches: Rule["matches"], action: Rule["action"]): readonly string[] {
  const asked = matches.flatMap((match) => (match.type === "set" ? [match.set] : []));
  return action?.type === "lookup" ? [...asked, action.map] : asked;
}

function existing<T>(kept: ReadonlyMap<string, T>, name: string, line: string): T {
  const found = kept.get(name);
  if (found === undefined) throw missing(name, line);
  return found;
}

function missing(name: string, line: string): RulesError {
  return new RulesError(`"${line}": there is no ${name}`);
}
