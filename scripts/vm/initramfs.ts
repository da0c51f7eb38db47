/** The first file system of a machine: busybox, the modules it needs to reach the host's, and our scripts. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { HostError } from "../../src/base/podwire-error.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import {
  type ArchiveEntry,
  cpioArchive,
  directory,
  executable,
  plainFile,
} from "./cpio-archive.ts";
import { moduleOrder } from "./module-order.ts";
import type { GuestKernel } from "./unpack-kernel.ts";

/** What it takes to reach ports, the host's files, and an overlay over them. */
const MODULES: readonly string[] = [
  "virtio_pci",
  "virtio_console",
  "9pnet_virtio",
  "9p",
  "overlay",
];

export interface GuestFiles {
  /** Text of scripts/vm/guest/init.sh, or another first program. */
  readonly init: string;
  /** What the second script finds in /run/podwire-vm. */
  readonly files: Readonly<Record<string, string>>;
}

export async function makeInitramfs(
  kernel: GuestKernel,
  { init, files }: GuestFiles,
): Promise<Buffer> {
  const busybox = await readFile(staticBusybox());
  const dependencies = await readFile(path.join(kernel.modules, "modules.dep"), "utf8");
  const order = moduleOrder(dependencies, MODULES);
  const modules = await Promise.all(
    order.map(async (file) =>
      plainFile(`modules/${path.basename(file)}`, await readFile(path.join(kernel.modules, file))),
    ),
  );
  const text = (content: string): Uint8Array => Buffer.from(content);
  const entries: readonly ArchiveEntry[] = [
    directory("bin"),
    directory("dev"),
    directory("modules"),
    directory("podwire-vm"),
    executable("bin/busybox", busybox),
    executable("init", text(init)),
    ...modules,
    plainFile("modules/order", text(order.map((file) => `${path.basename(file)}\n`).join(""))),
    ...Object.entries(files).map(([name, content]) =>
      plainFile(`podwire-vm/${name}`, text(content)),
    ),
  ];
  return cpioArchive(entries);
}

function staticBusybox(): string {
  const file = findProgram("busybox");
  if (file !== undefined) return file;
  throw new HostError("HOST_PROGRAM", "busybox: not installed", {
    hint: "install busybox-static",
  });
}
