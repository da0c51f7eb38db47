/**
 * `podwire exec` and `podwire shell`: the program runs as a child of this
 * process, entered into the place by nsenter(1), so the terminal, signals and
 * the exit status are its own.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { connect } from "../../lab/connect.ts";

export async function execCommand(
  where: string,
  command: readonly string[],
  { lab: name }: { readonly lab?: string },
): Promise<number> {
  const lab = connect(name);
  const {
    command: [program = "nsenter", ...enter],
    env,
  } = await lab.enter(where);
  const child = spawn(program, [...enter, ...command], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  // The terminal sends Ctrl-C to both; the program decides what it means.
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", () => {});
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]),
    );
  });
}

export function shellCommand(where: string, options: { readonly lab?: string }): Promise<number> {
  const shell = process.env["SHELL"] ?? "/bin/sh";
  return execCommand(where, [shell], options);
}
