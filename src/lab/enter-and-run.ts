import { runInForeground } from "../kernel/foreground.ts";
import type { Lab } from "./lab.ts";
import type { WhereText } from "./protocol.ts";

/**
 * Runs a program at the place as a child of this process, with this process's terminal, and resolves
 * with its exit status as a shell counts; 127 when there is no such program there. `Lab.exec` is for programs whose
 * output is wanted.
 */
export async function enterAndRun(
  lab: Lab,
  where: WhereText,
  command: readonly string[],
): Promise<number> {
  const { command: enter, env } = await lab.enter(where);
  return runInForeground([...enter, ...command], { ...process.env, ...env });
}
