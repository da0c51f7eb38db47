/** The command line as a program of its own, as its users start it. */
import path from "node:path";
import { execa, type ResultPromise } from "execa";
import { patient } from "../patience.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../bin/podwire.js");
/** Nobody's: nothing on the host belongs to it. */
const ORDINARY_UID = 64_321;
const becomeOrdinary = [
  "setpriv",
  `--reuid=${ORDINARY_UID}`,
  `--regid=${ORDINARY_UID}`,
  "--clear-groups",
];
/** What is asked of execa; its results have their types from it. */
interface Settings {
  readonly reject: false;
  readonly cleanup: true;
  /** A command that hangs is a failure with what it has printed, before ava gives up on the whole file. */
  readonly timeout: number;
  readonly stdin: "ignore";
  readonly env: NodeJS.ProcessEnv;
}

export type RunningPodwire = ResultPromise<Settings>;

export interface RunOptions {
  /** The ordinary user may do nothing that root may; whoever runs the tests unprivileged is one already. */
  readonly as?: "ordinary user";
  /** Added to our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** On a processor of its own; where the processor is emulated it has ten times that. @default 50,000 */
  readonly timeoutMs?: number;
}

/** The command that runs `command` without privileges; as it is, where there are none to lose. */
export function asOrdinaryUser(command: readonly string[]): readonly string[] {
  return process.getuid?.() === 0 ? [...becomeOrdinary, ...command] : command;
}

/** The outcome is in the result: a failing status does not reject. */
export function runPodwire(
  args: readonly string[],
  { as, env, timeoutMs = 50_000 }: RunOptions = {},
): RunningPodwire {
  const command = [process.execPath, MAIN, ...args];
  const [file = "", ...rest] = as === undefined ? command : asOrdinaryUser(command);
  const settings: Settings = {
    reject: false,
    cleanup: true,
    timeout: patient(timeoutMs),
    stdin: "ignore",
    env: { NO_COLOR: "1", ...env },
  };
  return execa(file, rest, settings);
}
