/** Programs beside a container's own, as `kubectl exec` starts them, and attachments to that one. */
import { constants } from "node:os";
import { PassThrough } from "node:stream";
import type {
  AttachRequest,
  CommandRequest,
  RunningCommand,
} from "../../../components/api-server/streaming/pod-runtime.ts";
import { spawnIn } from "../../../kernel/processes/process.ts";
import { type ProcessEnd, spawnOnTerminal } from "../../../kernel/processes/terminal-process.ts";
import { RunError } from "../run-error.ts";
import type { LiveContainer } from "./live-container.ts";
import { noSuchProgram } from "./no-such-program.ts";

/** As after a start that failed: whoever was told to run it could not find it. */
const NOT_FOUND = 127;

export function execInContainer(
  container: LiveContainer,
  { command, input, kind }: Pick<CommandRequest, "command" | "input" | "kind">,
): RunningCommand {
  const [program = ""] = command;
  if (container.hasProgram?.(program) === false) return refused(noSuchProgram(program));
  const whole = [...(container.enter ?? []), ...command];
  return kind === "terminal"
    ? execOnTerminal(container, whole)
    : execOnPipes(container, whole, input);
}

function optionsFor({ environment, workingDir, enter }: LiveContainer): {
  readonly env: Readonly<Record<string, string>>;
  readonly reject: false;
  readonly buffer: false;
  readonly cwd: string;
} {
  return {
    env: environment,
    reject: false,
    buffer: false,
    // A folder of the image is not there yet where the program starts.
    cwd: enter === undefined ? (workingDir ?? "/") : "/",
  };
}

function execOnPipes(
  container: LiveContainer,
  [file = "", ...args]: readonly string[],
  input: CommandRequest["input"],
): RunningCommand {
  const child = spawnIn(container.place(), file, args, {
    ...optionsFor(container),
    stdin: input === "stdin" ? "pipe" : "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { stdin } = child;
  // A program that ends without reading all of its input breaks the pipe.
  stdin?.on("error", () => undefined);
  return {
    stdin: stdin ?? undefined,
    stdout: child.stdout,
    stderr: child.stderr,
    resize: () => undefined,
    exited: exitOf(child, file),
    release: () => {
      stdin?.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function execOnTerminal(
  container: LiveContainer,
  [file = "", ...args]: readonly string[],
): RunningCommand {
  const { ended, terminal } = spawnOnTerminal(container.place(), file, args, optionsFor(container));
  return {
    stdin: terminal,
    stdout: terminal,
    stderr: undefined,
    resize: (size) => terminal.resize(size),
    exited: exitOf(ended, file),
    release: () => void terminal.destroy(),
  };
}

async function exitOf(child: PromiseLike<ProcessEnd>, file: string): Promise<number> {
  const { exitCode, signal, code, shortMessage } = await child;
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  if (code === undefined) return NOT_FOUND;
  if (code === "ENOENT") throw noSuchProgram(file);
  throw new RunError("RUN_BAD_REQUEST", `exec: ${JSON.stringify(file)}: ${shortMessage ?? code}`);
}

/** Of an image that has a program and nothing else, such as CoreDNS's, this is what one hears of most. */
function refused(error: RunError): RunningCommand {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.end();
  stderr.end();
  const exited = Promise.reject(error);
  // Whoever awaits it hears of it; until then it is nobody's failure.
  exited.catch(() => undefined);
  return {
    stdin: undefined,
    stdout,
    stderr,
    resize: () => undefined,
    exited,
    release: () => undefined,
  };
}

/** The program does not end with the attachment. */
export function attachTo(
  { output, stdin, stdinOnce, terminal, exited }: LiveContainer,
  { input }: Pick<AttachRequest, "input">,
): RunningCommand {
  const stdout = output.attach("stdout");
  const stderr = terminal === undefined ? output.attach("stderr") : undefined;
  const own = terminal ?? stdin;
  // A stream of its own: that the client's input ends need not be the end of the program's.
  const typed = input === "stdin" && own !== undefined ? new PassThrough() : undefined;
  if (own !== undefined) typed?.pipe(own, { end: stdinOnce && terminal === undefined });
  return {
    stdin: typed,
    stdout,
    stderr,
    resize: (size) => terminal?.resize(size),
    exited: exited.then(({ exitCode }) => exitCode),
    release: () => {
      if (own !== undefined) typed?.unpipe(own);
      stdout.destroy();
      stderr?.destroy();
    },
  };
}
