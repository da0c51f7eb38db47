import { runInForeground } from "../kernel/processes/foreground.ts";
import { findProgram } from "../kernel/programs/programs.ts";
import type { WhereText } from "./control/protocol.ts";
import type { Lab } from "./lab.ts";

/**
 * Runs a program at the place as a child of this process, with this process's terminal, and resolves
 * with its exit status as a shell counts; 127 when there is no such program there. `Lab.exec` is for programs whose
 * output is wanted.
 *
 * Of this process's environment it sees what its terminal is called, if it has one, and nothing else.
 */
export async function enterAndRun(
  lab: Lab,
  where: WhereText,
  command: readonly string[],
  extraEnv: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { command: enter, env } = await lab.enter(where);
  return runInForeground([...enter, ...command], { ...terminalName(), ...env, ...extraEnv });
}

function terminalName(): { readonly TERM?: string } {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY;
  return hasTerminal ? { TERM: process.env["TERM"] ?? "xterm" } : {};
}

/** Whether that is why it ended with 127: there is no such program here, so none there. */
export function isMissing(program: string): boolean {
  return !program.includes("/") && findProgram(program) === undefined;
}

/**
 * The user's shell at the place; resolves with its exit status.
 *
 * On a terminal it gets one of its own, by script(1): the process group in which it starts has no
 * number in the lab's PID namespace, and dash, which hands the terminal back to that group, fails at its end.
 */
export function enterShell(lab: Lab, where: WhereText): Promise<number> {
  const shell = process.env["SHELL"] ?? "/bin/sh";
  const script = process.stdin.isTTY ? findProgram("script") : undefined;
  const command =
    script === undefined
      ? [shell]
      : [script, "--quiet", "--return", "--command", 'exec "$SHELL"', "/dev/null"];
  return enterAndRun(lab, where, command, { SHELL: shell });
}
