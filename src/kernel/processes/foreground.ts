/** A program in the caller's own place: its terminal, its signals, and its exit status handed on. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { HostError } from "../../base/podwire-error.ts";

/** What a terminal sends to every process in its foreground. */
const TERMINAL_SIGNALS = ["SIGINT", "SIGQUIT"] as const;

/**
 * Runs a command with this process's standard streams and resolves with its exit status,
 * 128 and the signal's number when a signal ended it, as a shell counts.
 *
 * While it runs, Ctrl-C is for it to judge: the terminal sends it to both, and this process stays.
 *
 * @param env all of it; nothing is added.
 * @throws HostError when there is no such program here.
 */
export async function runInForeground(
  [file = "", ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  using _ours = leaveTerminalSignals();
  const child = spawn(file, args, { stdio: "inherit", env });
  // Awaited here: `using` ends with this function.
  return await new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new HostError("HOST_PROGRAM", `${file}: does not start`, { cause })),
    );
    child.once("close", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** Whoever listened for them hears of none until this is disposed of. */
function leaveTerminalSignals(): Disposable {
  const ignore = (): void => undefined;
  const former = TERMINAL_SIGNALS.map((name) => ({ name, listeners: process.listeners(name) }));
  for (const { name } of former) process.removeAllListeners(name).on(name, ignore);
  return {
    [Symbol.dispose]: () => {
      for (const { name, listeners } of former) {
        process.off(name, ignore);
        for (const listener of listeners) process.on(name, listener);
      }
    },
  };
}
