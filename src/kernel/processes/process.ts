/** Programs in nodes and pods. Started in-process: no `ip netns exec`, no shell. */
import { fstatSync, readdirSync, statSync } from "node:fs";
import { execa, type Options, type ResultPromise } from "execa";
import { Deadline } from "../../base/deadline.ts";
import { until } from "../../base/until.ts";
import type { PlaceNamespaces } from "../mounts/namespaces.ts";
import type { Netns } from "../netns.ts";
import { programEnvironment } from "../programs/program-environment.ts";

/** Where a program runs. Without namespaces it sees the lab's own mounts, so also /run/netns. */
export interface Place {
  readonly netns: Netns;
  readonly namespaces?: PlaceNamespaces | undefined;
}

/**
 * Starts a program in a place. Like execa, except that it starts in `/` and without
 * standard input unless the options say otherwise, and that {@link programEnvironment} is all it finds beside `env`.
 *
 * It ends with the lab at the latest, whatever happens; end it with its place by {@link endProcesses}.
 * A rejected promise must be handled, also when nobody waits for the program: give `reject: false`.
 */
export function spawnIn<Given extends Options = Record<never, never>>(
  { netns, namespaces }: Place,
  file: string,
  args: readonly string[] = [],
  // An empty object is all that an absent parameter can mean for its type.
  options: Given = {} as Given,
): ResultPromise<Given> {
  const complete = withDefaults(options);
  // execa's own type adds an empty object to Given, and cannot tell that this changes nothing.
  const start = (): ResultPromise<Given> =>
    execa(file, args, complete) as unknown as ResultPromise<Given>;
  // execa forks before it returns, so the child inherits where this thread is now.
  return netns.enter(() => held(namespaces === undefined ? start() : namespaces.enter(start)))
    .value;
}

/**
 * Ends every process in a netns, also those that daemons left behind: SIGTERM, and
 * SIGKILL to what is left after `graceMs`. Resolves when none is left.
 */
export async function endProcesses(netns: Netns, { graceMs }: { graceMs: number }): Promise<void> {
  signalAll(netns, "SIGTERM");
  const isEmpty = async (): Promise<true | undefined> =>
    processesIn(netns).length === 0 || undefined;
  using grace = new Deadline(graceMs);
  const ended = await until(isEmpty, { intervalMs: 5, signal: grace.signal }).catch(() => false);
  if (ended) return;
  // Nothing outlives SIGKILL, but a process may fork while we look.
  const killed = async (): Promise<true | undefined> => {
    signalAll(netns, "SIGKILL");
    return isEmpty();
  };
  using patience = new Deadline(10_000);
  await until(killed, { intervalMs: 5, signal: patience.signal });
}

/** The processes whose netns this is, except those that have ended and wait to be collected. */
export function processesIn(netns: Netns): readonly number[] {
  const { ino } = fstatSync(netns.fd);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && netnsInode(pid) === ino);
}

function withDefaults<Given extends Options>(options: Given): Given {
  return {
    cwd: "/",
    // The PID namespace ends them with the lab; a listener on our own exit would be one per program.
    cleanup: false,
    ...(options.input === undefined && options.stdio === undefined && { stdin: "ignore" }),
    ...options,
    extendEnv: false,
    env: programEnvironment(options.env ?? {}),
  };
}

/** A promise, hidden from `Netns.enter`, which refuses work that is not done when it returns. Starting is done. */
function held<T>(value: T): { readonly value: T } {
  return { value };
}

function signalAll(netns: Netns, signal: NodeJS.Signals): void {
  for (const pid of processesIn(netns)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function netnsInode(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}/ns/net`).ino;
  } catch {
    return undefined;
  }
}
