import { spawnIn } from "../../../kernel/processes/process.ts";
import type { ExecResult } from "../../control/protocol.ts";
import type { Machines } from "../machines/machines.ts";
import { RunError } from "../run-error.ts";

export interface ProgramOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Beside what the place's container has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/**
 * Runs a program to its end in a node, pod or host.
 *
 * @throws RunError when it cannot be started; how it ends is a result.
 */
export async function runProgram(
  machines: Machines,
  netns: string,
  [file = "", ...args]: readonly string[],
  { timeoutMs, signal, env, input }: ProgramOptions,
): Promise<ExecResult> {
  const result = await spawnIn(machines.place(netns), file, args, {
    reject: false,
    stripFinalNewline: false,
    // As `kubectl exec`: with what the container has.
    env: { ...machines.environment(netns), ...env },
    cancelSignal: signal,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(input !== undefined && { input }),
  });
  const { exitCode, stdout, stderr, code, shortMessage, timedOut } = result;
  // A program that could not be started is a mistake of whoever asked, not an outcome of the program.
  if (exitCode === undefined && code !== undefined && !timedOut) {
    throw new RunError("RUN_BAD_REQUEST", `${file}: ${shortMessage}`, { cause: result });
  }
  return {
    exitCode,
    stdout: String(stdout ?? ""),
    stderr: String(stderr ?? ""),
    ...(result.signal !== undefined && { signal: result.signal }),
    ...(timedOut && { timedOut }),
  };
}
