/** Every error code in the source: what the `code` of each class of the PodwireError family can be. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const SOURCE = path.resolve(import.meta.dirname, "../../src");
const ERROR_CLASS =
  /class (?<name>\w+) extends PodwireError \{\n(?<before>(?:(?!\n\}).)*?)readonly code(?:: (?<type>[^=;]+)| = (?<value>"\w+"));/gs;
/** A code that crossed the lab's socket may be any; these are made on the way. */
const MADE_BY_LABS = /"(?<code>LAB_[A-Z_]+|BUG)"/g;

export interface ErrorClass {
  readonly name: string;
  /** `KERNEL_*` stands for all that begin so. */
  readonly codes: readonly string[];
}

/** @throws Error for a type of codes that this does not know how to read. */
export function errorClasses(): readonly ErrorClass[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => ({ name, text: readFileSync(path.join(SOURCE, name), "utf8") }));
  const all = files.map(({ text }) => withoutComments(text)).join("\n");
  const labs = files.filter(({ name }) => name.startsWith("lab/")).map(({ text }) => text);
  return [...all.matchAll(ERROR_CLASS)].map(({ groups = {} }) => {
    const { name = "", type, value } = groups;
    const open = [...labs.join("\n").matchAll(MADE_BY_LABS)].map((found) => found[1] ?? "");
    const codes = type === "string" ? open : codesOf(type ?? value ?? "", all);
    return { name, codes: [...new Set(codes)] };
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*.*?\*\//gs, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

/** `"A" | "B"`, the name of such a union, or a template around one. */
function codesOf(type: string, source: string): readonly string[] {
  if (type.includes('"')) return [...type.matchAll(/"(\w+)"/g)].map((found) => found[1] ?? "");
  const template = /^`(?<prefix>\w+)\$\{(?<inner>[\w<>]+)\}`$/.exec(type)?.groups;
  if (template?.["inner"] === "string") return [`${template["prefix"]}*`];
  const upper = /^Uppercase<(?<name>\w+)>$/.exec(template?.["inner"] ?? "")?.groups?.["name"];
  if (upper !== undefined) {
    return codesOf(upper, source).map((code) => `${template?.["prefix"]}${code.toUpperCase()}`);
  }
  const union = new RegExp(`type ${type} =([^;]+);`).exec(source)?.[1];
  if (union === undefined) throw new Error(`the codes of type ${type} are not understood`);
  return codesOf(union, source);
}
