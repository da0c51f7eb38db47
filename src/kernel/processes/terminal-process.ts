/** A program on a terminal of its own, as a person would sit at it. */
import { closeSync } from "node:fs";
import { type Place, spawnIn } from "./process.ts";
import { openPty, type PtyMaster } from "./pty.ts";
import { sendSignal } from "./stop-signal.ts";

export interface TerminalOptions {
  /** Beside what every program finds; TERM is `xterm` unless given, as container runtimes have it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How a program ended, as execa says it of one that was told not to reject. */
export interface ProcessEnd {
  /** Undefined when a signal ended it, or it did not start. */
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly failed: boolean;
  /** `ENOENT` and the like: it did not start. */
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}

export interface TerminalProcess {
  /** As the lab counts; undefined when it did not start. */
  readonly pid?: number;
  /** Does not reject. */
  readonly ended: Promise<ProcessEnd>;
  readonly kill: (signal: number) => void;
  /** Ends with the last program that has the terminal open; destroy it to hang up. */
  readonly terminal: PtyMaster;
}

/**
 * Like {@link spawnIn}, with a new terminal in place of the three streams. The program leads a session whose terminal
 * it is, so that Ctrl-C and job control work.
 */
export function spawnOnTerminal(
  place: Place,
  file: string,
  args: readonly string[],
  { env, cwd }: TerminalOptions,
): TerminalProcess {
  const { master, slaveFd } = openPty();
  try {
    // execa takes any descriptor; its types know those of this process's own streams.
    const stream: number = slaveFd;
    // Between fork and exec Node cannot be told to make a terminal the session's: setsid(1) does it.
    const child = spawnIn(place, "setsid", ["--ctty", file, ...args], {
      env: { TERM: "xterm", ...env },
      cwd,
      reject: false,
      buffer: false,
      stdin: stream as 0,
      stdout: stream as 1,
      stderr: stream as 2,
    });
    return {
      ...(child.pid !== undefined && { pid: child.pid }),
      ended: child,
      kill: (signal) => sendSignal(child, signal),
      terminal: master,
    };
  } catch (error) {
    master.destroy();
    throw error;
  } finally {
    closeSync(slaveFd);
  }
}
