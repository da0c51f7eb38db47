/** A real program in the place of a container. */
import { constants } from "node:os";
import type {
  RunningContainer,
  StartContainerRequest,
} from "../../components/kubelet/kubelet-host.ts";
import { type Place, spawnIn } from "../../kernel/process.ts";

/** How much of what a program says last is kept, in characters. */
const KEPT_OUTPUT = 4_096;

export async function startProgram(
  id: string,
  place: Place,
  { player, environment, container }: StartContainerRequest,
): Promise<RunningContainer> {
  if (player.type !== "program") throw new RangeError("only a program can be started");
  const [file = "", ...args] = player.command;
  const env = { ...environment };
  const { workingDir } = container;
  const child = spawnIn(place, file, args, {
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    all: true,
    ...(workingDir !== undefined && { cwd: workingDir }),
  });
  let output = "";
  child.all?.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT);
  });
  const exited = child.then(({ exitCode, signal, failed, shortMessage }) => {
    const code = exitCode ?? (signal === undefined ? 127 : 128 + constants.signals[signal]);
    const message = failed ? (lastLine(output) ?? shortMessage) : undefined;
    return { exitCode: code, ...(message !== undefined && { message }) };
  });
  let killTimer: NodeJS.Timeout | undefined;
  return {
    id,
    exited,
    stop: async ({ graceMs }) => {
      clearTimeout(killTimer);
      if (graceMs > 0) child.kill("SIGTERM");
      killTimer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await exited;
      clearTimeout(killTimer);
    },
    exec: async (command, { timeoutMs, signal }) => {
      const [program = "", ...rest] = command;
      const result = await spawnIn(place, program, rest, {
        env,
        extendEnv: false,
        reject: false,
        all: true,
        timeout: timeoutMs,
        cancelSignal: signal,
      });
      return { exitCode: result.exitCode ?? 1, output: result.all };
    },
  };
}

function lastLine(output: string): string | undefined {
  const line = output.trimEnd().split("\n").at(-1);
  return line === "" ? undefined : line;
}
