/**
 * Holds plain data against a schema and says what is wrong with it, in the
 * words of the user's file. A wrong optional field is reported and left out, so
 * that the checks after this one still see the rest.
 */
import type * as z from "zod";
import { nearest } from "../../base/nearest.ts";
import type { TopologyErrorCode } from "../../base/podwire-error.ts";
import { type DocumentPath, formatPath } from "../source/position.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import { suggestion } from "../source/suggest.ts";
import { describeField, fieldsOf } from "./schema-fields.ts";

type Issue = z.core.$ZodIssue;

/** zod makes a function of each schema, and compiles it, which pays from some dozen values on: a file has one or two. */
const ONCE = { jitless: true };

/** The value as the schema types it, or undefined when a required part of it is wrong. */
export function readRaw<T>(
  schema: z.ZodType<T>,
  value: unknown,
  spot: Spot,
  report: Report,
): T | undefined {
  const first = schema.safeParse(value, ONCE);
  if (first.success) return first.data;
  const issues = first.error.issues.flatMap((issue) => leaves(issue, value));
  for (const issue of issues) reportIssue(issue, schema, value, spot, report);
  const rest = issues.reduce<unknown>((whole, issue) => without(whole, issue), value);
  const second = schema.safeParse(rest, ONCE);
  return second.success ? second.data : undefined;
}

/** Of a union, the issues of the one form that the value was meant to have. */
function leaves(issue: Issue, value: unknown): readonly Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  // A form is meant when the value has its type: a mapping is never one of several words.
  const isMapping = isContainer(valueAt(value, pathOf(issue)));
  const meant = issue.errors.find(
    (errors) =>
      !errors.some(
        ({ code, path }) =>
          path.length === 0 && (code === "invalid_type" || (code === "invalid_value" && isMapping)),
      ),
  );
  if (meant === undefined) return [issue];
  return meant
    .map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap((inner) => leaves(inner, value));
}

function reportIssue(
  issue: Issue,
  schema: z.ZodType,
  value: unknown,
  spot: Spot,
  report: Report,
): void {
  const path = pathOf(issue);
  const place = at(spot, ...path);
  const label = labelOf(place.path);
  if (issue.code === "unrecognized_keys") {
    const known = fieldsOf(schema, path, value);
    for (const key of issue.keys) {
      const hint = suggestion(key, known, "fields here");
      const message = `${prefix(label)}unknown field \`${key}\``;
      report(problemAt(at(place, key), "TOPOLOGY_UNKNOWN_FIELD", message, { target: "key", hint }));
    }
    return;
  }
  const seen = valueAt(value, path);
  if (seen === undefined) {
    const key = place.path.at(-1) ?? "";
    const what = path.length === 0 ? schema.description : describeField(schema, path, value);
    const hint = `add \`${key}\`: ${what ?? "it is required"}`;
    const parent = labelOf(place.path.slice(0, -1));
    const message = `${prefix(parent)}missing field \`${key}\``;
    report(problemAt(place, "TOPOLOGY_MISSING_FIELD", message, { hint }));
    return;
  }
  const { code, message, hint } = describe(issue, seen);
  report(problemAt(place, code, `${prefix(label, " ")}${message}`, { hint }));
}

interface Description {
  readonly code: TopologyErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

function describe(issue: Issue, seen: unknown): Description {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, seen);
    case "invalid_union":
      return issue.discriminator === undefined
        ? { code: "TOPOLOGY_WRONG_TYPE", message: `${show(seen)}: wrong type` }
        : notOneOf(seen, optionsOf(issue));
    case "invalid_value":
      return notOneOf(seen, issue.values);
    case "too_small":
    case "too_big":
      return { code: "TOPOLOGY_BAD_VALUE", message: `${show(seen)}: ${limit(issue)}` };
    case "custom":
      return {
        // Only the refinements of `scalar-schemas.ts` set it.
        code: (issue.params?.["code"] as TopologyErrorCode | undefined) ?? "TOPOLOGY_BAD_VALUE",
        message: `${show(seen)}: ${issue.message}`,
        hint: issue.params?.["hint"] as string | undefined,
      };
    default:
      return { code: "TOPOLOGY_BAD_VALUE", message: `${show(seen)}: ${issue.message}` };
  }
}

function notOneOf(seen: unknown, values: readonly unknown[]): Description {
  // The empty text means "as if it were not there", in documents that machines write.
  const allowed = values.map(String).filter((value) => value !== "");
  const near = nearest(String(seen), allowed);
  const list = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(", ")}`;
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
  return { code: "TOPOLOGY_BAD_VALUE", message: `${show(seen)}: must be ${list}`, hint };
}

/** The constants that tell the forms apart; zod's types leave them out. */
function optionsOf(issue: Issue): readonly unknown[] {
  const options: unknown = Reflect.get(issue, "options");
  return Array.isArray(options) ? options : [];
}

function limit(issue: Extract<Issue, { readonly code: "too_small" | "too_big" }>): string {
  const [bound, least] =
    issue.code === "too_small" ? [issue.minimum, "at least"] : [issue.maximum, "at most"];
  const what = issue.origin === "array" ? (bound === 1 ? " entry" : " entries") : "";
  if (issue.origin === "string" && issue.code === "too_small") return "must not be empty";
  return `must be ${least} ${bound}${what}`;
}

const typeNames = new Map<string, string>([
  ["string", "text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "a mapping"],
  ["record", "a mapping"],
]);

function wrongType(expected: string, seen: unknown): Description {
  const wanted = typeNames.get(expected) ?? expected;
  const given = nameOfType(seen);
  const quotable = expected === "string" && (typeof seen === "number" || typeof seen === "boolean");
  const unquotable = expected !== "string" && typeof seen === "string" && !/[^\d.a-z]/.test(seen);
  return {
    code: "TOPOLOGY_WRONG_TYPE",
    message: `must be ${wanted}, not ${given}`,
    hint: quotable
      ? `put it in quotes: "${seen}"`
      : unquotable && (expected === "number" || expected === "int" || expected === "boolean")
        ? "write it without quotes"
        : expected === "array" && seen !== null
          ? "put it in brackets, or begin the line with `- `"
          : undefined,
  };
}

function nameOfType(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  return typeNames.get(typeof value) ?? typeof value;
}

function show(value: unknown): string {
  if (value === "") return `""`;
  return typeof value === "object" ? nameOfType(value) : String(value);
}

/** How a message calls the value: `podCIDR`, `nodes[1]`, `listen[0]`. */
function labelOf(path: DocumentPath): string {
  const fromName = path.findLastIndex((key) => typeof key === "string");
  return fromName === -1 ? "" : formatPath(path.slice(fromName));
}

function prefix(label: string, separator = ": "): string {
  return label === "" ? "" : `${label}${separator}`;
}

function pathOf({ path }: Issue): ReadonlyArray<string | number> {
  return path.map((key) => (typeof key === "symbol" ? String(key) : key));
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((whole, key) => (isContainer(whole) ? whole[key] : undefined), value);
}

type Container = Record<string | number, unknown>;

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

/** The data without the part that the issue is about: a whole list when an entry of it is wrong. */
function without(value: unknown, issue: Issue): unknown {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.reduce((whole, key) => remove(whole, [...path, key]), value);
  }
  const lastName = path.findLastIndex((key) => typeof key === "string");
  return lastName === -1 ? value : remove(value, path.slice(0, lastName + 1));
}

function remove(value: unknown, path: DocumentPath): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isContainer(value) || !Object.hasOwn(value, key)) return value;
  // A list keeps its type: only entries deep inside are changed, never removed.
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Container;
  if (rest.length === 0) delete copy[key];
  else copy[key] = remove(copy[key], rest);
  return copy;
}
