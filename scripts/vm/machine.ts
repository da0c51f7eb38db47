/** A virtual machine that runs one command and ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HostError } from "../../src/base/podwire-error.ts";
import { findProgram } from "../../src/kernel/programs.ts";
import { hostTscKhz } from "./host-tsc.ts";
import { Port } from "./port.ts";
import { type Accelerator, type Hardware, qemuArguments, type Share } from "./qemu-arguments.ts";
import type { GuestKernel } from "./unpack-kernel.ts";

export interface MachineOptions {
  readonly kernel: GuestKernel;
  readonly accelerator: Accelerator;
  readonly hardware: Hardware;
  readonly initramfs: Buffer;
  readonly shares: readonly Share[];
  readonly ports: readonly string[];
  readonly hasNetwork: boolean;
  readonly verbose: boolean;
}

/** Started, and ended at the latest with this process or when it is disposed of. */
export class Machine implements AsyncDisposable {
  /** Resolves when QEMU has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** What QEMU itself complained about. */
  complaint = "";
  /** What the kernel said so far. */
  log = "";
  readonly #folder: string;
  readonly #ports: ReadonlyMap<string, Port>;
  readonly #qemu: ChildProcess;

  private constructor(folder: string, ports: ReadonlyMap<string, Port>, qemu: ChildProcess) {
    this.#folder = folder;
    this.#ports = ports;
    this.#qemu = qemu;
    this.ended = once(qemu, "close").then(() => undefined);
    qemu.stderr?.on("data", (chunk: Buffer) => {
      this.complaint += chunk.toString();
    });
  }

  /** @param onLog is handed what the kernel says as it says it. */
  static async start(options: MachineOptions, onLog?: (text: string) => void): Promise<Machine> {
    const folder = await mkdtemp(path.join(tmpdir(), "podwire-vm-"));
    const initramfs = path.join(folder, "initramfs");
    await writeFile(initramfs, options.initramfs);
    const ports = new Map<string, Port>();
    for (const name of ["console", ...options.ports]) {
      ports.set(name, await Port.listen(path.join(folder, name)));
    }
    const args = qemuArguments({
      ...options,
      initramfs,
      ports: options.ports.map((name) => path.join(folder, name)),
      console: path.join(folder, "console"),
      tscKhz: await hostTscKhz(),
    });
    // biome-ignore lint/nursery/useDisposables: it is handed to the caller, who disposes of it.
    const machine = new Machine(folder, ports, startQemu(args));
    void machine.port("console").receive((chunk) => {
      machine.log += chunk.toString();
      onLog?.(chunk.toString());
    });
    return machine;
  }

  port(name: string): Port {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`the machine has no port ${name}`);
    return port;
  }

  /** Nothing in a machine is worth an orderly end: its files are in memory, or the host's already. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#qemu.kill("SIGKILL");
    await this.ended;
    for (const port of this.#ports.values()) port.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** In a session of its own, so that Ctrl-C is ours to interpret, and never without us. */
function startQemu(args: readonly string[]): ChildProcess {
  const [setpriv, qemu] = ["setpriv", "qemu-system-x86_64"].map((name) => {
    const file = findProgram(name);
    if (file !== undefined) return file;
    throw new HostError("HOST_PROGRAM", `${name}: not installed`, {
      hint: "install qemu-system-x86: `npm run setup -- --machine`",
    });
  });
  return spawn(setpriv ?? "", ["--pdeathsig", "KILL", qemu ?? "", ...args], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
}
