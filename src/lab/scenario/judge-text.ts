import type { TextExpectation } from "../../topology/scenario/expectation.ts";
import type { Template } from "../../topology/scenario/template.ts";
import type { Mismatch } from "./mismatch.ts";

/** Of what a program or a server said: each given condition must hold. */
export function judgeText(
  what: string,
  seen: string,
  expected: TextExpectation | undefined,
  fill: (template: Template) => string,
): Mismatch | undefined {
  if (expected === undefined) return undefined;
  const equals = expected.equals && fill(expected.equals);
  const contains = expected.contains && fill(expected.contains);
  if (equals !== undefined && withoutLastNewline(seen) !== withoutLastNewline(equals)) {
    return { expected: `${what} ${JSON.stringify(equals)}`, seen: `${what} ${quote(seen)}` };
  }
  if (contains !== undefined && !seen.includes(contains)) {
    return {
      expected: `${what} with ${JSON.stringify(contains)} in it`,
      seen: `${what} ${quote(seen)}`,
    };
  }
  if (expected.matches !== undefined && !new RegExp(expected.matches, "us").test(seen)) {
    return { expected: `${what} like /${expected.matches}/`, seen: `${what} ${quote(seen)}` };
  }
  return undefined;
}

/** A program's last newline is punctuation, not content. */
function withoutLastNewline(text: string): string {
  return text.replace(/\n$/, "");
}

/** At most a line or two of what was said. */
function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
