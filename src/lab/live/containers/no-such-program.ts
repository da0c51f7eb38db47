import { RunError } from "../run-error.ts";

/** In the words of Go's os/exec, which people search for. */
export function noSuchProgram(program: string): RunError {
  const why = program.includes("/")
    ? `stat ${program}: no such file or directory`
    : "executable file not found in $PATH";
  return new RunError("RUN_BAD_REQUEST", `exec: ${JSON.stringify(program)}: ${why}`);
}
