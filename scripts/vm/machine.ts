/** A virtual machine that runs one command and ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { CleanupStack } from "../../src/base/cleanup-stack.ts";
import { HostError } from "../../src/base/podwire-error.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
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

/** Of QEMU's descriptors: the first file system, and behind it the ports. */
const INITRAMFS = 3;
const FIRST_PORT = 4;

/** Started, and ended at the latest with this process or when it is disposed of. */
export class Machine implements AsyncDisposable {
  /** Resolves when QEMU has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** What QEMU itself complained about. */
  complaint = "";
  /** What the kernel said so far. */
  log = "";
  readonly #ports: ReadonlyMap<string, Port>;
  readonly #qemu: ChildProcess;

  private constructor(ports: ReadonlyMap<string, Port>, qemu: ChildProcess) {
    this.#ports = ports;
    this.#qemu = qemu;
    const complaints = qemu.stderr ?? Readable.from([]);
    complaints.on("data", (chunk: Buffer) => {
      this.complaint += chunk.toString();
    });
    // Not its "close", which waits for the ports as well: they are ours to close.
    const ends = [once(qemu, "exit"), once(complaints, "end")];
    this.ended = Promise.all(ends).then(() => undefined);
  }

  /** @param onLog is handed what the kernel says as it says it. */
  static async start(options: MachineOptions, onLog?: (text: string) => void): Promise<Machine> {
    const names = ["console", ...options.ports];
    await using initramfs = await nameless(options.initramfs);
    const [console = "", ...ports] = names.map((_, index) => String(FIRST_PORT + index));
    const args = qemuArguments({
      ...options,
      initramfs: `/dev/fd/${INITRAMFS}`,
      ports,
      console,
      tscKhz: await hostTscKhz(),
    });
    const qemu = startQemu(args, initramfs.fd, names.length);
    const sockets = qemu.stdio.slice(FIRST_PORT);
    // biome-ignore lint/nursery/useDisposables: it is handed to the caller, who disposes of it.
    const machine = new Machine(
      new Map(names.map((name, index) => [name, Port.of(sockets[index])])),
      qemu,
    );
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
    for (const { socket } of this.#ports.values()) socket.destroy();
  }
}

/**
 * In a session of its own, so that Ctrl-C is ours to interpret, and never without us. All that it shares with us are
 * descriptors, so that nothing is left of it in the file system whichever of us is killed.
 */
function startQemu(args: readonly string[], initramfs: number, ports: number): ChildProcess {
  const [setpriv, qemu] = ["setpriv", "qemu-system-x86_64"].map((name) => {
    const file = findProgram(name);
    if (file !== undefined) return file;
    throw new HostError("HOST_PROGRAM", `${name}: not installed`, {
      hint: "install qemu-system-x86: `npm run setup -- --machine`",
    });
  });
  const sockets = Array.from({ length: ports }, () => "pipe" as const);
  return spawn(setpriv ?? "", ["--pdeathsig", "KILL", qemu ?? "", ...args], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", initramfs, ...sockets],
  });
}

/** A file with that in it, and no name: gone when nobody has it open. */
async function nameless(content: Buffer): Promise<FileHandle> {
  const name = path.join(tmpdir(), `podwire-vm-${process.pid}-${randomUUID()}`);
  await using building = new CleanupStack();
  const file = building.use(await open(name, "wx+", 0o600));
  await rm(name);
  await file.writeFile(content);
  building.move();
  return file;
}
