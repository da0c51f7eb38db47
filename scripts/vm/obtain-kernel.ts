import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import path from "node:path";
import { HostError } from "../../src/base/podwire-error.ts";
import { cacheFolder } from "./cache-folder.ts";
import { downloadKernel } from "./debian-archive.ts";
import { type GuestKernel, readKernel, unpackKernel } from "./unpack-kernel.ts";

/** Debian 12's: what the Vagrant box and most Debian machines run. */
export const DEFAULT_KERNEL = "6.1";

/**
 * A kernel to start, from the cache if it is there.
 *
 * @param wanted a version (`6.1`, `6.12`), a package (`./linux-image-….deb`), or a folder that has
 * `boot/vmlinuz-RELEASE` and `lib/modules/RELEASE` in it.
 */
export async function obtainKernel(wanted: string): Promise<GuestKernel> {
  const kernels = path.join(cacheFolder(), "kernels");
  await mkdir(kernels, { recursive: true });
  const target = path.join(kernels, await nameFor(wanted));
  if (!existsSync(target)) await fill(target, wanted, kernels);
  return readKernel(target);
}

async function fill(target: string, wanted: string, kernels: string): Promise<void> {
  if (isPath(wanted)) return unpackKernel(path.resolve(wanted), target);
  const into = await mkdtemp(path.join(kernels, "download-"));
  try {
    const file = await downloadKernel(wanted, { folder: path.join(cacheFolder(), "apt"), into });
    await unpackKernel(file, target);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/** A file that has changed is another kernel. */
async function nameFor(wanted: string): Promise<string> {
  if (!isPath(wanted)) return wanted;
  const file = path.resolve(wanted);
  const { size, mtimeMs } = await stat(file).catch((error: Error): never => {
    throw new HostError("HOST_FEATURE", `--kernel ${wanted}: ${error.message}`, {
      hint: "name a version such as 6.1, a package, or a folder with boot/ and lib/modules/ in it",
    });
  });
  return `${file.replaceAll("/", "_")}-${size}-${Math.trunc(mtimeMs)}`;
}

function isPath(wanted: string): boolean {
  return wanted.includes("/") || wanted.endsWith(".deb");
}
