/** The virtual machine as its users start it: whose exit status, and whose signals. */
import { access, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { execa } from "execa";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import { ScratchFolder } from "../labs/scratch-folder.ts";

const VM = path.resolve("scripts/vm.mjs");
/** A machine starts in seconds; on a busy host, in a minute. */
const PATIENCE_MS = 300_000;

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const settings = { reject: false, timeout: PATIENCE_MS, forceKillAfterDelay: false } as const;
  return execa(process.execPath, [VM, ...args], { ...settings, env });
}

/** Starts one that has all its time, and waits for its QEMU, not for its kernel. */
async function startForKilling(folder: ScratchFolder) {
  const own = path.join(folder.path, "temporary");
  await mkdir(own);
  const args = [
    "--accelerator",
    "tcg",
    "--output",
    folder.path,
    "--timeout",
    "600",
    "sleep",
    "600",
  ];
  const running = start(args, { TMPDIR: own });
  const children = `/proc/${running.pid}/task/${running.pid}/children`;
  const qemu = await patiently(async () => {
    for (const pid of (await readFile(children, "utf8")).split(" ").filter((one) => one !== "")) {
      const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      if (name.startsWith("qemu-system")) return Number(pid);
    }
    return undefined;
  });
  return { running, qemu, left: () => readdir(own) };
}

async function patiently<T>(probe: () => Promise<T | undefined>): Promise<T> {
  using patience = new Deadline(PATIENCE_MS);
  return await until(probe, { intervalMs: 20, signal: patience.signal });
}

test.serial("output, errors, input and exit status are the command's own", async (t) => {
  t.timeout(PATIENCE_MS);
  await using folder = await ScratchFolder.create();
  // The host's shell, not that of the guest's own scripts.
  const script = 'cat; echo "$0" >&2; uname -r; readlink /proc/$$/exe; echo kept > "$1"; exit 7';
  const kept = path.join(folder.path, "kept");
  const running = start(["--output", folder.path, "sh", "-c", script, "it's me", kept]);
  running.stdin?.end("from outside\n");
  const { exitCode, stdout, stderr } = await running;
  t.is(exitCode, 7, stderr);
  t.regex(stdout, /^from outside\n6\.1\.\S+\n\S+$/);
  t.false(stdout.includes("busybox"), stdout);
  t.is(stderr, "it's me");
  t.is(await readFile(kept, "utf8"), "kept\n");
});

test.serial("Ctrl-C is the command's to answer", async (t) => {
  t.timeout(PATIENCE_MS);
  await using folder = await ScratchFolder.create();
  const script = 'trap "echo caught; exit 5" INT; echo waiting; while :; do sleep 0.1; done';
  const running = start(["--output", folder.path, "sh", "-c", script]);
  running.stdout?.once("data", () => running.kill("SIGINT"));
  const { exitCode, stdout } = await running;
  t.is(exitCode, 5);
  t.is(stdout, "waiting\ncaught");
});

test.serial("when its time is up the command is ended, and the status says so", async (t) => {
  t.timeout(PATIENCE_MS);
  await using folder = await ScratchFolder.create();
  const { exitCode } = await start(["--output", folder.path, "--timeout", "1", "sleep", "1000"]);
  t.is(exitCode, 124);
});

test.serial(
  "a machine whose QEMU is killed is told of at once, whatever time it had",
  async (t) => {
    t.timeout(PATIENCE_MS);
    await using folder = await ScratchFolder.create();
    const { running, qemu } = await startForKilling(folder);
    process.kill(qemu, "SIGKILL");
    const { exitCode, stderr, timedOut } = await running;
    t.false(timedOut);
    t.is(exitCode, 3);
    t.regex(stderr, /the virtual machine ended by itself/);
  },
);

test.serial("killed itself it leaves neither a QEMU nor a file", async (t) => {
  t.timeout(PATIENCE_MS);
  await using folder = await ScratchFolder.create();
  const { running, qemu, left } = await startForKilling(folder);
  running.kill("SIGKILL");
  await running;
  t.deepEqual(await left(), []);
  const isGone = await patiently(() =>
    access(`/proc/${qemu}`).then(
      () => undefined,
      () => true,
    ),
  );
  t.true(isGone);
});

test.serial("what is asked for in vain is told before anything starts", async (t) => {
  for (const { args, status, says } of [
    { args: ["--cpus", "none", "true"], status: 2, says: /It is a positive number/ },
    { args: [], status: 2, says: /missing required argument/ },
    { args: ["--kernel", "./nowhere.deb", "true"], status: 3, says: /nowhere\.deb/ },
  ]) {
    const { exitCode, stderr } = await start(args);
    t.is(exitCode, status, stderr);
    t.regex(stderr, says);
  }
});
