/** `podwire exec` and `podwire shell`: the terminal, signals and the exit status are the program's own. */
import { connect } from "../../lab/connect.ts";
import { enterAndRun, enterShell, isMissing } from "../../lab/enter-and-run.ts";
import { hintForMissing } from "../missing-program.ts";
import type { Terminal } from "../terminal.ts";

/** As a shell reports it. */
const NO_SUCH_PROGRAM = 127;

export async function execCommand(
  where: string,
  command: readonly string[],
  { lab: name }: { readonly lab?: string },
  { err }: Terminal,
): Promise<number> {
  const status = await enterAndRun(connect(name), where, command);
  const [file = ""] = command;
  if (status === NO_SUCH_PROGRAM && isMissing(file))
    err(`  hint: ${hintForMissing(file, where)}\n`);
  return status;
}

export async function shellCommand(
  where: string,
  options: { readonly lab?: string },
): Promise<number> {
  return enterShell(connect(options.lab), where);
}
