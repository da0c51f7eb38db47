import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { DEFAULT_KERNEL } from "./obtain-kernel.ts";

export interface VmOptions {
  readonly command: readonly string[];
  /** One machine after the other. */
  readonly kernels: readonly string[];
  readonly output: string;
  /** Another file system than this host's: a folder with a whole one in it. */
  readonly root: string | undefined;
  /** A way out, through QEMU and with this host's rights. */
  readonly hasNetwork: boolean;
  readonly timeoutMs: number | undefined;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly accelerator: "kvm" | "tcg" | undefined;
  readonly verbose: boolean;
}

interface Given {
  readonly kernel?: string;
  readonly kernels?: readonly string[];
  readonly output: string;
  readonly root?: string;
  readonly network?: boolean;
  readonly timeout?: number;
  readonly cpus: number;
  readonly memory: number;
  readonly accelerator?: "kvm" | "tcg";
  readonly verbose?: boolean;
}

/** Everything behind the first word that is no option is the command's. */
export function parseOptions(words: readonly string[]): VmOptions {
  const program = vmProgram();
  program.parse(words, { from: "user" });
  const given = program.opts<Given>();
  return {
    command: program.args,
    kernels: given.kernels ?? [given.kernel ?? DEFAULT_KERNEL],
    output: path.resolve(given.output),
    root: given.root === undefined ? undefined : path.resolve(given.root),
    hasNetwork: given.network === true,
    timeoutMs: given.timeout === undefined ? undefined : given.timeout * 1_000,
    cpus: given.cpus,
    memoryMiB: given.memory,
    accelerator: given.accelerator,
    verbose: given.verbose === true,
  };
}

function vmProgram(): Command {
  return new Command("npm run vm --")
    .description(
      [
        "Runs a command in a virtual machine with another kernel: Debian's, which has everything that",
        "podwire can use. It sees this machine's files in their places; what it writes is gone",
        "afterwards, except below the output folder. Exit status, output and signals are the command's.",
      ].join("\n"),
    )
    .argument("<command...>", "program and arguments")
    .option("--kernel <which>", `version, package or folder (default: ${DEFAULT_KERNEL})`)
    .option("--kernels <versions>", "several, one machine after the other: 6.1,6.12", list)
    .option("--output <folder>", "where what is written stays", "podwire-output")
    .option("--root <folder>", "a whole file system, in place of this machine's own")
    .option("--network", "with a way out to this machine's network")
    .option("--timeout <seconds>", "then the command is ended; exit status 124", positive)
    .option("--cpus <number>", "processors", positive, Math.min(4, availableParallelism()))
    .option("--memory <MiB>", "memory, for files that are written too", positive, defaultMemory())
    .option("--accelerator <name>", "kvm or tcg (default: what works)", accelerator)
    .option("--verbose", "show everything that the kernel says")
    .passThroughOptions()
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
}

function list(text: string): readonly string[] {
  return text.split(",").filter((word) => word !== "");
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It is a positive number.");
}

function accelerator(text: string): string {
  if (text === "kvm" || text === "tcg") return text;
  throw new InvalidArgumentError("It is kvm or tcg.");
}

/** Half of this machine's, and no more than is of use. */
function defaultMemory(): number {
  return Math.min(3_072, Math.floor(totalmem() / 2 / 1024 / 1024));
}
