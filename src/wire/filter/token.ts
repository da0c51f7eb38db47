/**
 * The words of a display filter, after wireshark-filter(4). Whitespace separates
 * and means nothing else.
 */
import { FilterError } from "./filter-error.ts";

type TokenType =
  /** Punctuation and operators, in their symbolic form: `==`, `&&`, `{`. */
  | "symbol"
  /** A field, a protocol, a number, an address: what it is depends on where it stands. */
  | "word"
  | "string"
  | "end";

export interface Token {
  readonly type: TokenType;
  /** Of a string, without its quotes and escapes; of an operator in words, its symbol. */
  readonly text: string;
  /** In characters from the start of the filter. */
  readonly offset: number;
  /** In characters, as written. */
  readonly length: number;
}

/** English spellings of operators; `in`, `contains`, `matches`, `any` and `all` have no other. */
const operatorWords: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["xor", "^^"],
  ["not", "!"],
  ["eq", "=="],
  ["any_eq", "=="],
  ["all_eq", "==="],
  ["ne", "!="],
  ["all_ne", "!="],
  ["any_ne", "!=="],
  ["gt", ">"],
  ["lt", "<"],
  ["ge", ">="],
  ["le", "<="],
  ["bitwise_and", "&"],
  ["contains", "contains"],
  ["matches", "matches"],
  ["in", "in"],
  ["any", "any"],
  ["all", "all"],
]);

const symbolSynonyms: ReadonlyMap<string, string> = new Map([
  ["~=", "!=="],
  ["~", "matches"],
]);

const space = /\s+/y;
const symbol = /===|!==|==|!=|~=|>=|<=|&&|\|\||\^\^|\.\.|[!<>&~(){}[\],#]/y;
/** Addresses, names and numbers share their characters; `..` ends a word, since it makes a range. */
const word = /(?:[\w:/-]|\.(?!\.))+/y;
const quoted = /"(?:[^"\\]|\\.)*"/sy;

/**
 * @throws FilterError at the first character that begins nothing, and for a string without its end.
 */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(filter)?.[0];
  };
  while (offset < filter.length) {
    const blank = take(space);
    if (blank !== undefined) {
      offset += blank.length;
      continue;
    }
    const token = readToken(filter, offset, take);
    tokens.push(token);
    offset += token.length;
  }
  return [...tokens, { type: "end", text: "end of the filter", offset, length: 1 }];
}

function readToken(
  filter: string,
  offset: number,
  take: (pattern: RegExp) => string | undefined,
): Token {
  const string = take(quoted);
  if (string !== undefined) {
    return { type: "string", text: unquote(string), offset, length: string.length };
  }
  if (filter[offset] === '"') {
    throw new FilterError(
      "a string without its end",
      offset,
      filter.length - offset,
      'close it with "',
    );
  }
  const operator = take(symbol);
  if (operator !== undefined) {
    const text = symbolSynonyms.get(operator) ?? operator;
    return { type: "symbol", text, offset, length: operator.length };
  }
  const name = take(word);
  if (name !== undefined) {
    const meaning = operatorWords.get(name);
    return meaning === undefined
      ? { type: "word", text: name, offset, length: name.length }
      : { type: "symbol", text: meaning, offset, length: name.length };
  }
  const character = String.fromCodePoint(filter.codePointAt(offset) ?? 0);
  const hint = character === "=" ? "write == to compare" : undefined;
  throw new FilterError(`unexpected ${character}`, offset, character.length, hint);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0" };

function unquote(quotedText: string): string {
  return quotedText
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
