/**
 * Display filters by recursive descent, binding as Wireshark 4 does:
 *
 *     or      xor { "||" xor }
 *     xor     and { "^^" and }
 *     and     not { "&&" not }
 *     not     "!" not | "(" or ")" | test
 *     test    [ "any" | "all" ] field [ "&" literal ] [ relation operand | "in" set ]
 *     set     "{" literal [ ".." literal ] { "," … } "}"
 */
import type { Expression, FieldReference, Literal, Relation, Slice } from "./expression.ts";
import { knowsField } from "./field-table.ts";
import { FilterError } from "./filter-error.ts";
import { type Token, tokenize } from "./token.ts";

const relations: ReadonlySet<string> = new Set([
  "==",
  "===",
  "!=",
  "!==",
  ">",
  "<",
  ">=",
  "<=",
  "contains",
  "matches",
] satisfies Relation[]);

/** @throws FilterError at the first place where the text is no filter. */
export function parseFilter(filter: string): Expression {
  const parser = new Parser(tokenize(filter));
  const expression = parser.or();
  parser.expectEnd();
  return expression;
}

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  or(): Expression {
    let left = this.#xor();
    while (this.#accept("||")) left = { type: "or", left, right: this.#xor() };
    return left;
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.type === "end") return;
    const isWord = token.type === "word";
    throw this.#fault(token, isWord ? "join tests with && or ||" : undefined);
  }

  #xor(): Expression {
    let left = this.#and();
    while (this.#accept("^^")) left = { type: "xor", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#accept("&&")) left = { type: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    if (this.#accept("!")) return { type: "not", operand: this.#not() };
    if (this.#accept("(")) {
      const inner = this.or();
      this.#expect(")");
      return inner;
    }
    return this.#test();
  }

  #test(): Expression {
    const quantifier = this.#accept("any") ? "any" : this.#accept("all") ? "all" : undefined;
    const field = this.#field();
    const mask = this.#accept("&") ? this.#literal() : undefined;
    const { type, text } = this.#peek();
    if (type === "symbol" && relations.has(text)) {
      this.#next();
      // `relations` holds the members of Relation and nothing else.
      const relation = text as Relation;
      return { type: "compare", field, mask, relation, right: this.#operand(), quantifier };
    }
    if (mask !== undefined) return { type: "bits", field, mask };
    if (this.#accept("in")) return { type: "in", field, ranges: this.#set(), quantifier };
    return { type: "present", field };
  }

  #field(): FieldReference {
    const token = this.#next();
    if (token.type !== "word") throw this.#fault(token, "a field or a protocol is missing");
    const { text: name, offset } = token;
    const layer = this.#accept("#") ? this.#layerNumber() : undefined;
    const slice = this.#accept("[") ? this.#slice() : undefined;
    const last = this.#tokens[this.#index - 1] ?? token;
    return { name, layer, slice, offset, length: last.offset + last.length - offset };
  }

  #layerNumber(): number {
    const bracketed = this.#accept("[");
    const token = this.#next();
    const value = Number(token.text);
    if (!Number.isInteger(value) || value === 0) throw this.#fault(token, "write a layer as #1");
    if (bracketed) this.#expect("]");
    return value;
  }

  /** `[3]` one byte, `[1:4]` four from the second, `[1-4]` the second to the fifth, `[:4]`, `[4:]`. */
  #slice(): Slice {
    const token = this.#next();
    const closing = token.text === "]" ? undefined : this.#expect("]");
    const match = /^(-?\d+)?(?:([:-])(-?\d+)?)?$/.exec(closing === undefined ? "" : token.text);
    const [, from, kind, to] = match ?? [];
    if (match === null || (from === undefined && to === undefined)) {
      throw this.#fault(token, "write bytes as [first:count] or [first-last]");
    }
    const start = Number(from ?? 0);
    if (kind === undefined) return { start, length: 1 };
    if (to === undefined) return { start, length: undefined };
    return { start, length: kind === ":" ? Number(to) : Number(to) - start + 1 };
  }

  #operand(): Literal | FieldReference {
    const token = this.#peek();
    return token.type === "word" && knowsField(token.text) ? this.#field() : this.#literal();
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.type !== "word" && token.type !== "string") {
      throw this.#fault(token, "a value is missing");
    }
    const { text, offset, length, type } = token;
    return { text, offset, length, quoted: type === "string" };
  }

  #set(): ReadonlyArray<{ readonly from: Literal; readonly to: Literal }> {
    this.#expect("{");
    const ranges = [];
    do {
      const from = this.#literal();
      ranges.push({ from, to: this.#accept("..") ? this.#literal() : from });
    } while (this.#accept(","));
    this.#expect("}", "separate values with commas");
    return ranges;
  }

  #peek(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError("a token list ends with its end token");
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#index++;
    return token;
  }

  #accept(symbol: string): boolean {
    const { type, text } = this.#peek();
    if (type !== "symbol" || text !== symbol) return false;
    this.#index++;
    return true;
  }

  #expect(symbol: string, hint?: string): void {
    if (!this.#accept(symbol)) throw this.#fault(this.#peek(), hint ?? `${symbol} is missing`);
  }

  #fault(token: Token, hint: string | undefined): FilterError {
    const what = token.type === "string" ? JSON.stringify(token.text) : token.text;
    return new FilterError(`unexpected ${what}`, token.offset, token.length, hint);
  }
}
