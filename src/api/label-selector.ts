/** Label selectors: matching, and their string form as in `kubectl get -l` and in list requests. */
import { ApiError } from "./errors/api-error.ts";
import type { LabelSelector, LabelSelectorRequirement, Labels } from "./objects/meta.ts";

/**
 * True when `labels` has every pair of `selector`. An empty selector matches
 * everything; note that a Service without selector nevertheless selects nothing.
 */
export function matchesLabels(selector: Labels, labels: Labels = {}): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}

/** An empty selector matches everything, an absent one nothing, as everywhere in the API. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    matchesLabels(matchLabels, labels) &&
    matchExpressions.every((requirement) => matchesRequirement(requirement, labels))
  );
}

function matchesRequirement(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const { key } = requirement;
  return meetsRequirement(requirement, Object.hasOwn(labels, key) ? labels[key] : undefined);
}

/** `value` is undefined where the key is absent: both negative operators match there too. */
export function meetsRequirement(
  { operator, values = [] }: Omit<LabelSelectorRequirement, "key">,
  value: string | undefined,
): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** `app=web,tier in (back,front),!legacy`; the empty text for a selector that matches everything. */
export function formatLabelSelector({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): string {
  const pairs = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return [...pairs, ...matchExpressions.map(formatRequirement)].join(",");
}

function formatRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  const list = [...values].sort().join(",");
  switch (operator) {
    case "In":
      return `${key} in (${list})`;
    case "NotIn":
      return `${key} notin (${list})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}

/**
 * Reads `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a` and `!a`, joined by commas.
 *
 * @throws ApiError BadRequest, in the API server's words.
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = new Tokens(text);
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  while (tokens.peek() !== "") {
    const requirement = parseRequirement(tokens);
    const { key, operator, values = [] } = requirement;
    const [value = ""] = values;
    // A second pair of one key contradicts the first, or repeats it; the map holds only one.
    const isPair = operator === "In" && values.length === 1 && !Object.hasOwn(matchLabels, key);
    if (isPair) matchLabels[key] = value;
    else matchExpressions.push(requirement);
    parseSeparator(tokens);
  }
  return { matchLabels, matchExpressions };
}

function parseSeparator(tokens: Tokens): void {
  const separator = tokens.next();
  if (separator === "") return;
  if (separator !== ",") throw bad(`found '${separator}', expected: ',' or 'end of string'`);
  const following = tokens.peek();
  if (following !== "!" && !isWord(following)) {
    throw bad(`found '${following}', expected: identifier after ','`);
  }
}

function parseRequirement(tokens: Tokens): LabelSelectorRequirement {
  const first = tokens.next();
  if (first === "!") return { key: word(tokens), operator: "DoesNotExist" };
  if (!isWord(first)) throw bad(`found '${first}', expected: !, identifier, or 'end of string'`);
  const ahead = tokens.peek();
  if (ahead === "" || ahead === ",") return { key: first, operator: "Exists" };
  const sign = tokens.next();
  switch (sign) {
    case "=":
    case "==":
      return { key: first, operator: "In", values: [optionalWord(tokens)] };
    case "!=":
      return { key: first, operator: "NotIn", values: [optionalWord(tokens)] };
    case "in":
      return { key: first, operator: "In", values: parseValues(tokens) };
    case "notin":
      return { key: first, operator: "NotIn", values: parseValues(tokens) };
    default:
      throw bad(
        `unable to parse requirement: found '${sign}', expected: '=', '!=', '==', 'in', notin'`,
      );
  }
}

function parseValues(tokens: Tokens): readonly string[] {
  const open = tokens.next();
  if (open !== "(") throw bad(`unable to parse requirement: found '${open}' expected: '('`);
  const values = [optionalWord(tokens)];
  for (;;) {
    const mark = tokens.next();
    if (mark === ")") return values;
    if (mark !== ",") {
      throw bad(`unable to parse requirement: found '${mark}', expected: ',' or ')'`);
    }
    values.push(optionalWord(tokens));
  }
}

function word(tokens: Tokens): string {
  const text = tokens.next();
  if (!isWord(text))
    throw bad(`unable to parse requirement: found '${text}', expected: identifier`);
  return text;
}

/** A value may be empty: `a=` and `a in (,b)` select the empty label. */
function optionalWord(tokens: Tokens): string {
  return isWord(tokens.peek()) ? tokens.next() : "";
}

function isWord(token: string): boolean {
  return /^[^\s,()!=<>]+$/.test(token);
}

class Tokens {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[,()!=<>]|[^\s,()!=<>]+/g) ?? [];
  }

  /** `""` at the end. */
  peek(): string {
    return this.#tokens[this.#position] ?? "";
  }

  next(): string {
    const token = this.peek();
    this.#position++;
    return token;
  }
}

function bad(message: string): ApiError {
  return new ApiError("BadRequest", message);
}
