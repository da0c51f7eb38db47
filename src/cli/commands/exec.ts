/** `podwire exec` and `podwire shell`: the terminal, signals and the exit status are the program's own. */
import { connect } from "../../lab/connect.ts";
import { enterAndRun, enterShell } from "../../lab/enter-and-run.ts";

export async function execCommand(
  where: string,
  command: readonly string[],
  { lab: name }: { readonly lab?: string },
): Promise<number> {
  return enterAndRun(connect(name), where, command);
}

export async function shellCommand(
  where: string,
  options: { readonly lab?: string },
): Promise<number> {
  return enterShell(connect(options.lab), where);
}
