/** A real program in the place of a container. */
import { constants } from "node:os";
import type { Writable } from "node:stream";
import type {
  RunningContainer,
  StartContainerRequest,
} from "../../../components/kubelet/kubelet-host.ts";
import { type Place, spawnIn } from "../../../kernel/processes/process.ts";
import type { PtyMaster } from "../../../kernel/processes/pty.ts";
import { sendSignal, stopSignalNumber } from "../../../kernel/processes/stop-signal.ts";
import { type ProcessEnd, spawnOnTerminal } from "../../../kernel/processes/terminal-process.ts";
import { findProgram } from "../../../kernel/programs/programs.ts";
import type { ContainerOutput } from "./live-container.ts";
import { noSuchProgram } from "./no-such-program.ts";

export interface StartedProgram extends RunningContainer {
  /** Undefined when it did not start. */
  readonly pid?: number;
  /** Where the manifest says `stdin: true`. */
  readonly stdin?: Writable;
  /** Where it says `tty: true`. */
  readonly terminal?: PtyMaster;
}

interface Process {
  readonly pid?: number;
  readonly ended: Promise<ProcessEnd>;
  readonly kill: (signal: number) => void;
  readonly stdin?: Writable;
  readonly terminal?: PtyMaster;
}

/**
 * What it says goes to `output`, which ends with it.
 *
 * @throws RunError when there is no such program: had it been started, its pod would have been ready for a moment.
 */
export async function startProgram(
  id: string,
  place: Place,
  request: StartContainerRequest,
  output: ContainerOutput,
): Promise<StartedProgram> {
  const { environment, container } = request;
  const stopSignal = stopSignalNumber(container.lifecycle?.stopSignal);
  const { ended, kill, ...own } = start(place, request, output);
  const exited = ended.then(({ exitCode, signal, failed, shortMessage }) => {
    output.end();
    const code = exitCode ?? (signal === undefined ? 127 : 128 + constants.signals[signal]);
    const message = failed ? (output.lastLine ?? shortMessage) : undefined;
    return { exitCode: code, ...(message !== undefined && { message }) };
  });
  let killTimer: NodeJS.Timeout | undefined;
  return {
    ...own,
    id,
    exited,
    stop: async ({ graceMs }) => {
      clearTimeout(killTimer);
      if (graceMs > 0) kill(stopSignal);
      killTimer = setTimeout(() => kill(constants.signals.SIGKILL), graceMs);
      await exited;
      clearTimeout(killTimer);
    },
    exec: async (command, { timeoutMs, signal }) => {
      const [program = "", ...rest] = command;
      const result = await spawnIn(place, program, rest, {
        env: environment,
        reject: false,
        all: true,
        timeout: timeoutMs,
        cancelSignal: signal,
      });
      return { exitCode: result.exitCode ?? 1, output: result.all };
    },
  };
}

function start(
  place: Place,
  { player, environment, container }: StartContainerRequest,
  output: ContainerOutput,
): Process {
  if (player.type !== "program") throw new RangeError("only a program can be started");
  const [file = "", ...args] = player.command;
  if (isMissing(file, environment)) throw noSuchProgram(file);
  const { workingDir: cwd = "/", stdin: readsInput = false, tty = false } = container;
  if (tty) {
    const started = spawnOnTerminal(place, file, args, { env: environment, cwd });
    output.follow("stdout", started.terminal);
    return started;
  }
  const child = spawnIn(place, file, args, {
    env: environment,
    cwd,
    reject: false,
    buffer: false,
    stdin: readsInput ? "pipe" : "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  output.follow("stdout", child.stdout);
  output.follow("stderr", child.stderr);
  const { stdin } = child;
  // A program that reads no more breaks the pipe.
  stdin?.on("error", () => undefined);
  return {
    ...(child.pid !== undefined && { pid: child.pid }),
    ended: child,
    kill: (signal) => sendSignal(child, signal),
    ...(stdin !== null && { stdin }),
  };
}

/** A path may lead into one of the container's volumes, and a PATH of its own as well. */
function isMissing(file: string, environment: Readonly<Record<string, string>>): boolean {
  if (file.includes("/") || environment["PATH"] !== undefined) return false;
  return findProgram(file) === undefined;
}
