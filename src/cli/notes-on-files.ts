/** What `proxy-rules` and `predict` say of the files that they work from, beside their answer. */
import type { ProxyRules } from "../lab/proxy-rules.ts";
import { renderProblems } from "../topology/source/render-problem.ts";

/** For standard error; empty when there is nothing to say. */
export function notesOnFiles({
  problems,
  openChoices,
}: Pick<ProxyRules, "problems" | "openChoices">): string {
  const notes = openChoices.map(
    ({ option, among }) =>
      `note: the matrix has ${among.join(", ")}, and this is ${among[0]}; choose with ${option}\n`,
  );
  const warnings = problems.length === 0 ? "" : `${renderProblems(problems)}\n\n`;
  return `${warnings}${notes.join("")}`;
}
