/** From a kernel's package, or a folder with the same in it, to what a machine is started with. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { HostError } from "../../src/base/podwire-error.ts";
import { type Compression, parseKernelImage } from "./kernel-image.ts";

/** What of a kernel is kept: the rest is for hardware that a virtual machine does not have. */
const WANTED: readonly string[] = [
  "*boot/vmlinuz*",
  "*lib/modules/*/modules.*",
  ...["arch", "crypto", "fs", "lib", "net"].map((name) => `*lib/modules/*/kernel/${name}/*`),
  ...["block", "char", "net", "vhost", "virtio"].map(
    (name) => `*lib/modules/*/kernel/drivers/${name}/*`,
  ),
];
const UNWANTED: readonly string[] = [
  ...["ethernet", "wireless", "usb", "can", "phy", "wwan"].map((name) => `*/drivers/net/${name}/*`),
];

export interface GuestKernel {
  /** As `uname -r` says it. */
  readonly release: string;
  /** What QEMU starts. */
  readonly image: string;
  /** The folder with modules.dep in it. */
  readonly modules: string;
}

/** Unpacks into a folder, whole or not at all. */
export async function unpackKernel(source: string, target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await unpack(source, partial);
    await arrange(partial);
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** @throws HostError when there is nothing that could be started. */
export async function readKernel(folder: string): Promise<GuestKernel> {
  const [release] = await names(path.join(folder, "lib/modules"));
  const files = await names(folder);
  const image =
    files.find((name) => name === "vmlinux") ?? files.find((name) => name === "vmlinuz");
  if (release === undefined || image === undefined) {
    throw new HostError("HOST_FEATURE", `${folder}: no kernel with modules in it`);
  }
  return {
    release,
    image: path.join(folder, image),
    modules: path.join(folder, "lib/modules", release),
  };
}

async function unpack(source: string, into: string): Promise<void> {
  const archive = source.endsWith(".deb")
    ? execa("dpkg-deb", ["--fsys-tarfile", source], { encoding: "buffer", buffer: false })
    : execa("tar", ["--create", "--directory", source, "."], { encoding: "buffer", buffer: false });
  const options = ["--extract", "--directory", into, "--wildcards", "--no-same-owner"];
  const excluded = UNWANTED.map((pattern) => `--exclude=${pattern}`);
  // Patterns that nothing matches are of no interest: what must be there is looked for afterwards.
  await archive.pipe("tar", [...options, ...excluded, ...WANTED], { reject: false });
}

/** `vmlinux`, or `vmlinuz` where that cannot be had, and `lib/modules/RELEASE`. */
async function arrange(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  const image = entries.find((name) => /(?:^|\/)boot\/vmlinuz[^/]*$/.test(name));
  const modules = entries.find((name) => /(?:^|\/)lib\/modules\/[^/]+$/.test(name));
  if (image === undefined || modules === undefined) {
    throw new HostError("HOST_FEATURE", "it has no boot/vmlinuz and lib/modules in it", {
      hint: "give a kernel's package, or a folder with boot/vmlinuz-RELEASE and lib/modules/RELEASE",
    });
  }
  await placeImage(path.join(folder, image), folder);
  const release = path.basename(modules);
  if (modules !== `lib/modules/${release}`) {
    await mkdir(path.join(folder, "lib/modules"), { recursive: true });
    await rename(path.join(folder, modules), path.join(folder, "lib/modules", release));
  }
  await expandModules(path.join(folder, "lib/modules", release));
  await execa("busybox", ["depmod", "-b", folder, release]);
}

async function placeImage(file: string, folder: string): Promise<void> {
  const { payload } = parseKernelImage(await readFile(file));
  const expanded = payload === undefined ? undefined : await expand(payload);
  if (expanded === undefined) await rename(file, path.join(folder, "vmlinuz"));
  else await writeFile(path.join(folder, "vmlinux"), expanded);
}

const expanders: Readonly<Record<Compression, readonly [string, ...string[]]>> = {
  gzip: ["gzip", "--decompress", "--stdout"],
  xz: ["xz", "--decompress", "--stdout", "--single-stream"],
  zstd: ["zstd", "--decompress", "--stdout"],
};

/** Undefined without the program: then the machine does it at each start. */
async function expand(payload: {
  compression: Compression;
  data: Buffer;
}): Promise<Uint8Array | undefined> {
  const [program, ...args] = expanders[payload.compression];
  const { exitCode, stdout } = await execa(program, args, {
    input: payload.data,
    encoding: "buffer",
    maxBuffer: 1 << 30,
    reject: false,
  });
  return exitCode === 0 ? stdout : undefined;
}

/** Newer packages have them compressed, and whatever loads them in the machine would have to know how. */
async function expandModules(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  const compressed = entries.filter((name) => name.endsWith(".ko.xz")).map((name) => `${name}\n`);
  if (compressed.length === 0) return;
  await execa("xargs", ["-n", "200", "xz", "--decompress"], {
    cwd: folder,
    input: compressed.join(""),
  });
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
