import type { YAMLParseError } from "yaml";
import { positionAt, type SourceFile } from "./position.ts";
import type { Report } from "./problem.ts";

type ErrorCode = YAMLParseError["code"];

/** What the parser means, for those who do not know YAML's grammar by heart. */
const hints = new Map<ErrorCode, string>([
  ["TAB_AS_INDENT", "indent with spaces: YAML does not take tabs"],
  ["BAD_INDENT", "give all keys of one mapping the same indentation"],
  ["BLOCK_AS_IMPLICIT_KEY", "put the text in quotes when it contains `: `"],
  ["MISSING_CHAR", "close every bracket, brace and quote"],
  ["DUPLICATE_KEY", "remove one of them"],
  ["BAD_ALIAS", "put the text in quotes when it begins with `*` or `&`"],
]);

/**
 * Reports what the YAML parser found wrong. A document whose only fault is a
 * key written twice can still be read; of any other it is not known what was meant.
 */
export function reportSyntax(
  errors: readonly YAMLParseError[],
  source: SourceFile,
  report: Report,
): "usable" | "unusable" {
  const grave = errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  // After the first grave fault the parser guesses, and its further complaints mislead.
  for (const error of grave === -1 ? errors : errors.slice(0, grave + 1)) {
    const [start, end] = error.pos;
    const key = /^[^\s:]+/.exec(source.text.slice(start, start + 80))?.[0] ?? "";
    const duplicate = error.code === "DUPLICATE_KEY";
    report({
      severity: "error",
      code: "TOPOLOGY_SYNTAX",
      message: duplicate
        ? `key \`${key.replace(/^["']|["']$/g, "")}\` is written twice`
        : describe(error.message),
      hint: hints.get(isUnclosed(error.message) ? "MISSING_CHAR" : error.code),
      ...positionAt(source, start, duplicate ? start + key.length : end, []),
    });
  }
  return grave !== -1 ? "unusable" : "usable";
}

/** The parser sees a missing brace only in the indentation of what follows. */
function isUnclosed(message: string): boolean {
  return /^Flow (map|sequence) in block collection/.test(message);
}

function describe(message: string): string {
  if (isUnclosed(message)) {
    const pair = message.startsWith("Flow map") ? "`{` without `}`" : "`[` without `]`";
    return `${pair} before this line`;
  }
  // The parser appends the position in some messages; ours stands in front.
  const text = message.replace(/ at line \d+, column \d+.*$/s, "");
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
