/** `npm run vm -- COMMAND…`, once everything is built. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { CommanderError } from "commander";
import { HostError, PodwireError } from "../../src/base/podwire-error.ts";
import { missingPrograms } from "../../src/kernel/programs/programs.ts";
import { chooseAccelerator } from "./choose-accelerator.ts";
import { commandScript, settingsScript } from "./guest-script.ts";
import { makeInitramfs } from "./initramfs.ts";
import { obtainKernel } from "./obtain-kernel.ts";
import { parseOptions, type VmOptions } from "./options.ts";
import type { Accelerator } from "./qemu-arguments.ts";
import { runInMachine, TIMED_OUT } from "./run-in-machine.ts";
import type { GuestKernel } from "./unpack-kernel.ts";

/** What a login has, where the file system is another than ours. */
const LOGIN: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
};

/** @param guest the folder with the guest's scripts. Sets the exit status. */
export async function main(words: readonly string[], guest: string): Promise<void> {
  try {
    const options = parseOptions(words);
    requirePrograms();
    const outcomes: KernelOutcome[] = [];
    for (const kernel of options.kernels) {
      const startedAt = performance.now();
      const status = await runWithKernel(options, kernel, guest).catch(report);
      outcomes.push({ kernel, status, seconds: (performance.now() - startedAt) / 1_000 });
    }
    if (outcomes.length > 1) process.stderr.write(renderOutcomes(outcomes));
    // The first failure is the whole's, and the others run all the same.
    process.exitCode = outcomes.find(({ status }) => status !== 0)?.status ?? 0;
  } catch (error) {
    process.exitCode = report(error);
  }
  // Whoever feeds our input may go on, and would keep us.
  process.stdin.destroy();
}

async function runWithKernel(options: VmOptions, wanted: string, guest: string): Promise<number> {
  const kernel = await obtainKernel(wanted);
  const accelerator = options.accelerator ?? (await chooseAccelerator(kernel));
  const { output, root, hasNetwork, cpus, memoryMiB, verbose } = options;
  const outside = options.kernels.length > 1 ? path.join(output, `kernel-${wanted}`) : output;
  await mkdir(outside, { recursive: true });
  return runInMachine(
    {
      kernel,
      accelerator,
      hardware: { cpus, memoryMiB },
      initramfs: await initramfs({ kernel, accelerator, guest }, options),
      shares: [
        { tag: "host", path: root ?? "/", readOnly: true },
        { tag: "output", path: outside, readOnly: false },
        ...(root === undefined ? [] : [{ tag: "modules", path: kernel.modules, readOnly: true }]),
      ],
      hasNetwork,
      verbose,
    },
    {
      stdin: process.stdin.isTTY ? undefined : process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
    },
    { onSignal: relaySignals, timeoutMs: options.timeoutMs },
  );
}

/** What is known of a machine before it starts. */
interface Inside {
  readonly kernel: GuestKernel;
  readonly accelerator: Accelerator;
  /** The folder with its scripts. */
  readonly guest: string;
}

async function initramfs(
  { kernel, accelerator, guest }: Inside,
  { command, output, root, hasNetwork }: VmOptions,
): Promise<Buffer> {
  const script = (name: string): Promise<string> => readFile(path.join(guest, name), "utf8");
  const surroundings =
    root === undefined
      ? { cwd: process.cwd(), environment: hasNetwork ? process.env : withoutCertificates() }
      : { cwd: "/", environment: LOGIN };
  return makeInitramfs(kernel, {
    init: await script("init.sh"),
    files: {
      "run.sh": await script("run.sh"),
      settings: settingsScript({
        hostname: "podwire-vm",
        release: kernel.release,
        modules: root === undefined ? kernel.modules : undefined,
        output,
        hasNetwork,
      }),
      command: commandScript({
        words: command,
        cwd: surroundings.cwd,
        environment: { ...surroundings.environment, ...slownessOf(accelerator) },
      }),
    },
  });
}

/** Node reads them all at every start, a second on an emulated processor, and nothing out there can be reached. */
function withoutCertificates(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
}

/** For our own tests. An emulated processor starts programs ten times as slowly. */
function slownessOf(accelerator: Accelerator): Readonly<Record<string, string>> {
  return { PODWIRE_SLOWNESS: accelerator === "kvm" ? "1" : "10" };
}

/** Signals are the command's to answer. One that does not is ended by the third. */
function relaySignals(send: (signal: string) => void): void {
  let count = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      count += 1;
      if (count >= 3) process.exit(130);
      send(signal.slice("SIG".length));
    });
  }
}

function requirePrograms(): void {
  const missing = missingPrograms(["machine"]);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => program.debianPackage))].join(" ");
  const names = missing.map(({ name }) => name).join(", ");
  throw new HostError("HOST_PROGRAM", `${names}: not installed`, {
    hint: `npm run setup -- --machine, or: apt-get install --no-install-recommends ${packages}`,
  });
}

interface KernelOutcome {
  readonly kernel: string;
  readonly status: number;
  readonly seconds: number;
}

/** A line for each kernel. */
function renderOutcomes(outcomes: readonly KernelOutcome[]): string {
  const width = Math.max(...outcomes.map(({ kernel }) => kernel.length));
  const lines = outcomes.map(({ kernel, status, seconds }) => {
    return `podwire: kernel ${kernel.padEnd(width)}  ${seconds.toFixed(1).padStart(7)} s  ${verdictOf(status)}\n`;
  });
  return lines.join("");
}

function verdictOf(status: number): string {
  if (status === 0) return "ok";
  return status === TIMED_OUT ? "time was up" : `exit status ${status}`;
}

/** Prints it. @returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof PodwireError)) throw error;
  process.stderr.write(`podwire: ${error.message} (${error.code})\n`);
  if (error.hint !== undefined) process.stderr.write(`  hint: ${error.hint}\n`);
  return error.exitCode;
}
