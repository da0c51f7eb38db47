import { PodwireError } from "../base/podwire-error.ts";
import { count } from "../base/words.ts";
import { errorText } from "../report/text/error-text.ts";
import { InvalidTopologyError } from "../topology/source/problem.ts";
import { renderProblems } from "../topology/source/render-problem.ts";
import { fileRefusal } from "./file-refusal.ts";
import { INTERRUPTED_EXIT_CODE, Interrupted } from "./interrupt.ts";
import { sourceStack } from "./source-stack.ts";
import type { Terminal } from "./terminal.ts";

const BUG_EXIT_CODE = 70;

/** Prints what went wrong for a person and gives the exit status that says it to a program. */
export function reportError(raised: unknown, { err }: Terminal): number {
  const error = fileRefusal(raised) ?? raised;
  if (error instanceof Interrupted) return INTERRUPTED_EXIT_CODE;
  if (error instanceof InvalidTopologyError) {
    const { problems, exitCode } = error;
    err(`${renderProblems(problems)}\n\n`);
    err(`${count(problems.length, "mistake")}\n`);
    return exitCode;
  }
  if (error instanceof PodwireError && error.exitCode !== BUG_EXIT_CODE) {
    const { location, hint } = error;
    const where =
      location === undefined ? "" : `${location.file}:${location.line}:${location.column}: `;
    err(`podwire: ${where}${errorText(error)}\n`);
    if (hint !== undefined) err(`  hint: ${hint}\n`);
    return error.exitCode;
  }
  const text =
    error instanceof Error
      ? sourceStack(remoteStack(error) ?? error.stack ?? error.message)
      : error;
  err(`podwire: this is a bug in podwire; please report it with what follows\n${text}\n`);
  return BUG_EXIT_CODE;
}

/** The stack inside the lab, when that is where the bug is. */
function remoteStack(error: Error): string | undefined {
  return "remoteStack" in error && typeof error.remoteStack === "string"
    ? error.remoteStack
    : undefined;
}
