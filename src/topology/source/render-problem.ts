import type { Problem } from "./problem.ts";

/** Minified manifests have lines of any length: only this much of one is shown. */
const maxLineLength = 120;

/**
 * Formats a problem for a terminal, pointing into the file as a compiler does:
 *
 *     lab.yaml:3:14: podCIDR 10.0.0.0/99: prefix length must be 0..32
 *         podCIDR: 10.0.0.0/99
 *                  ^~~~~~~~~~~
 *       hint: write a prefix length between 0 and 32
 */
export function renderProblem({
  severity,
  message,
  location,
  length,
  sourceLine,
  hint,
}: Problem): string {
  const { file, line, column } = location;
  const label = severity === "error" ? "" : `${severity}: `;
  const lines = [`${file}:${line}:${column}: ${label}${message}`];
  if (sourceLine !== undefined) lines.push(...pointAt(sourceLine, column, length));
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return harmless(lines.join("\n"));
}

/** Several problems with an empty line between. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems.map(renderProblem).join("\n\n");
}

/**
 * What a file holds may be anything, and a terminal obeys control characters: none reaches it. Tabs and the
 * line ends of our own messages stay.
 */
function harmless(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, "�");
}

function pointAt(sourceLine: string, column: number, length: number): readonly string[] {
  const start = sourceLine.length <= maxLineLength ? 0 : Math.max(0, column - 1 - 40);
  const end = Math.min(sourceLine.length, start + maxLineLength);
  const before = start > 0 ? "…" : "";
  const after = end < sourceLine.length ? "…" : "";
  const shown = `${before}${sourceLine.slice(start, end)}${after}`;
  // Tabs stay tabs, so that the caret stands under its character at any tab width.
  const indent = shown.slice(0, column - 1 - start + before.length).replace(/[^\t]/g, " ");
  const underline = Math.max(1, Math.min(length, end - (column - 1)));
  return [shown, `${indent}^${"~".repeat(underline - 1)}`];
}
