/**
 * Reads rules in the two spellings there are: as kube-proxy writes them and as `nft list` prints
 * them. Only what kube-proxy uses; anything else is refused.
 */
import { addressBits, type Cidr, parseCidr } from "../../../../net/cidr.ts";
import { familyOf, parseIpAddress } from "../../../../net/ip-address.ts";
import { Words } from "../../trace/rule-words.ts";
import type { Action, Match, Rule, Verdict } from "./rule.ts";

/** Braces, commas and semicolons are words of their own; a colon only where it stands alone. */
const WORD = /"[^"]*"|[{},;]|[^\s{},;]+/g;

/** `text` is what follows the chain's name in `add rule`, or a line of a chain in `nft list`. */
export function parseRule(chain: string, text: string): Rule {
  const words = new Words(text, WORD);
  const matches: Match[] = [];
  let action: Action | undefined;
  while (words.hasMore) {
    const word = words.next();
    if (word === "comment") words.next();
    else {
      const statement = parseStatement(word, words);
      if (statement.match !== undefined) matches.push(statement.match);
      action = statement.action ?? action;
    }
  }
  return { chain, text, matches, action };
}

/** `goto service-…`, `drop`. */
export function parseVerdict(words: Words): Verdict {
  return verdict(words.next(), words) ?? words.fail();
}

export function nftWords(text: string): Words {
  return new Words(text, WORD);
}

/** A part of a rule that asks, or one that acts; `update` does neither. */
interface Statement {
  readonly match?: Match;
  readonly action?: Action;
}

function parseStatement(word: string, words: Words): Statement {
  switch (word) {
    case "ip":
    case "ip6":
      return parseAddress(words);
    case "meta":
      return parseMeta(words);
    case "mark":
      return parseMark(words);
    case "fib":
      return { match: parseFib(words) };
    case "iifname":
      return { match: parseInterface(words) };
    case "ct":
      words.expect("state");
      return { match: { type: "ctstate", state: words.next() } };
    case "numgen":
      return { action: parseChoice(words) };
    case "update":
      return parseUpdate(words);
    case "dnat":
      words.expect("to");
      return { action: { type: "dnat", destination: words.next() } };
    case "masquerade":
      words.expect("fully-random");
      return { action: { type: "masquerade" } };
    default:
      return { action: verdict(word, words) ?? words.fail() };
  }
}

function verdict(word: string, words: Words): Verdict | undefined {
  switch (word) {
    case "jump":
    case "goto":
      return { type: word, chain: words.next() };
    case "return":
    case "accept":
    case "drop":
    case "reject":
      return { type: word };
    default:
      return undefined;
  }
}

/** `saddr 10.0.0.0/8`, `daddr != { A , B }`, `saddr @set`, `daddr . meta l4proto . th dport vmap @map`. */
function parseAddress(words: Words): Statement {
  const side = words.next() === "saddr" ? "source" : "destination";
  if (words.skip(".")) {
    words.expect("meta");
    words.expect("l4proto");
    return { action: parseLookup(words, { withAddress: true }) };
  }
  const negated = words.skip("!=");
  const word = words.next();
  if (word.startsWith("@")) return { match: { type: "set", side, set: word.slice(1) } };
  const blocks = word === "{" ? parseList(words) : [parseBlock(word, words)];
  return { match: { type: "address", side, blocks, negated } };
}

function parseMeta(words: Words): Statement {
  if (words.skip("mark")) return parseMark(words);
  words.expect("l4proto");
  if (words.peek() === ".") return { action: parseLookup(words, { withAddress: false }) };
  return { match: { type: "protocol", protocol: words.next() } };
}

/** `. th dport vmap @map`. */
function parseLookup(words: Words, { withAddress }: { readonly withAddress: boolean }): Action {
  for (const word of [".", "th", "dport", "vmap"]) words.expect(word);
  return { type: "lookup", map: words.next().slice(1), withAddress };
}

/**
 *     and 0x4000 == 0          & 0x00004000 == 0x00000000
 *     set mark or 0x4000       set meta mark | 0x00004000
 *     set mark xor 0x4000      set meta mark ^ 0x00004000
 */
function parseMark(words: Words): Statement {
  if (!words.skip("set")) {
    if (!words.skip("and")) words.expect("&");
    const mask = words.number();
    words.expect("==");
    return { match: { type: "mark", mask, value: words.number() } };
  }
  words.skip("meta");
  words.expect("mark");
  const operator = words.next();
  const bits = words.number();
  if (operator === "or" || operator === "|") {
    return { action: { type: "mark", clear: bits, toggle: bits } };
  }
  if (operator === "xor" || operator === "^") {
    return { action: { type: "mark", clear: 0, toggle: bits } };
  }
  throw words.refuse(operator);
}

function parseFib(words: Words): Match {
  const side = words.next() === "saddr" ? "source" : "destination";
  words.expect("type");
  words.expect("local");
  return { type: "isLocal", side };
}

function parseInterface(words: Words): Match {
  const negated = words.skip("!=");
  return { type: "inInterface", name: words.next().replaceAll('"', ""), negated };
}

/** `random mod 2 vmap { 0 : goto a , 1 : goto b }`. */
function parseChoice(words: Words): Action {
  for (const word of ["random", "mod"]) words.expect(word);
  words.number();
  words.expect("vmap");
  words.expect("{");
  const verdicts: Verdict[] = [];
  do {
    words.number();
    words.expect(":");
    verdicts.push(parseVerdict(words));
  } while (words.skip(","));
  words.expect("}");
  return { type: "choice", verdicts };
}

/** `@affinity-… { ip saddr }`, with the set's time-out where it is read back. */
function parseUpdate(words: Words): Statement {
  while (words.next() !== "}");
  return {};
}

function parseList(words: Words): readonly Cidr[] {
  const blocks: Cidr[] = [];
  do blocks.push(parseBlock(words.next(), words));
  while (words.skip(","));
  words.expect("}");
  return blocks;
}

function parseBlock(text: string, words: Words): Cidr {
  const address = parseIpAddress(text);
  const block =
    address === undefined
      ? parseCidr(text)
      : { address, prefixLength: addressBits(familyOf(address)) };
  if (block === undefined) throw words.refuse(text);
  return block;
}
