import { constants } from "node:os";

/** What a container runtime asks with, unless it is told another. */
const usual = "SIGTERM";

/** The first two of the real-time signals are glibc's own: SIGRTMIN is the one after them. signal(7) */
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/**
 * The number of a signal by the name that a manifest has for it: `SIGUSR1`, `SIGRTMIN+3`, `SIGRTMAX-1`.
 *
 * @throws RangeError for a name that no signal of Linux has.
 */
export function stopSignalNumber(name: string = usual): number {
  const { base, offset = "0" } =
    /^(?<base>SIGRTM(?:IN|AX))(?<offset>[-+]\d+)?$/.exec(name)?.groups ?? {};
  if (base !== undefined) return (base === "SIGRTMIN" ? SIGRTMIN : SIGRTMAX) + Number(offset);
  // The old name, which Node has not.
  const number = named.get(name === "SIGCLD" ? "SIGCHLD" : name);
  if (number === undefined) throw new RangeError(`there is no signal ${name}`);
  return number;
}

const named: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));

/** Of a child process of this one. */
export interface SignalledProcess {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
}

/** Sends it by number, since Node's own `kill` knows no real-time signals; nothing to one that has ended, whose number may be another's. */
export function sendSignal({ pid, exitCode, signalCode }: SignalledProcess, signal: number): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
