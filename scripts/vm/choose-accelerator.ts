/**
 * Whether the processor itself can run the machine. Only trying tells: /dev/kvm may be there and
 * refuse, or take a machine and never get it anywhere, as inside some virtual machines.
 */
import { constants } from "node:fs";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import { cacheFolder } from "./cache-folder.ts";
import { makeInitramfs } from "./initramfs.ts";
import { Machine } from "./machine.ts";
import type { Accelerator } from "./qemu-arguments.ts";
import type { GuestKernel } from "./unpack-kernel.ts";

/** A machine that works is there in less than one. */
const PATIENCE_MS = 8_000;
const SIGN = "podwire: a program runs";
const TRIAL = `#!/bin/busybox sh\necho "${SIGN}" > /dev/console\nwhile :; do /bin/busybox sleep 60; done\n`;

/** Remembered until the host starts anew. */
export async function chooseAccelerator(kernel: GuestKernel): Promise<Accelerator> {
  const isAllowed = await access("/dev/kvm", constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isAllowed) return "tcg";
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const file = path.join(cacheFolder(), `accelerator-${boot}`);
  const remembered = await readFile(file, "utf8").catch(() => undefined);
  if (remembered === "kvm" || remembered === "tcg") return remembered;
  const found = (await worksWithKvm(kernel)) ? "kvm" : "tcg";
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(file, found);
  return found;
}

async function worksWithKvm(kernel: GuestKernel): Promise<boolean> {
  process.stderr.write("podwire: trying whether this processor can run the machine itself\n");
  await using machine = await Machine.start({
    kernel,
    accelerator: "kvm",
    hardware: { cpus: 1, memoryMiB: 512 },
    initramfs: await makeInitramfs(kernel, { init: TRIAL, files: {} }),
    shares: [],
    ports: [],
    hasNetwork: false,
    verbose: false,
  });
  let hasEnded = false;
  void machine.ended.then(() => {
    hasEnded = true;
  });
  const outcome = async (): Promise<boolean | undefined> =>
    machine.log.includes(SIGN) || (hasEnded ? false : undefined);
  using patience = new Deadline(PATIENCE_MS);
  return until(outcome, { intervalMs: 20, signal: patience.signal }).catch(() => false);
}
