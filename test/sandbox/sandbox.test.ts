import { existsSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { execa } from "execa";
import { HostError } from "../../src/base/podwire-error.ts";
import { until } from "../../src/base/until.ts";
import {
  launchSandbox,
  type Sandbox,
  type SandboxOptions,
} from "../../src/kernel/sandbox/sandbox.ts";
import { isMade } from "../fallback-tunnels.ts";
import { patience } from "../patience.ts";
import type { EntryAnswer } from "./entry.ts";
import { ask, findLab, processesMarked } from "./host.ts";

const ENTRY = path.join(import.meta.dirname, "entry.js");

function launch(
  name: string | Promise<string>,
  more: Partial<SandboxOptions> = {},
): Promise<Sandbox> {
  return launchSandbox({ name, entry: ENTRY, lifetime: "attached", ...more });
}

function answerOf(name: string): Promise<EntryAnswer> {
  const probe = async (): Promise<EntryAnswer | undefined> => {
    const lab = findLab(name);
    return lab === undefined ? undefined : await ask(lab);
  };
  return until(probe, { intervalMs: 2, signal: patience(10_000) });
}

/** Runs before the entry, in its process. */
function before(code: string): Partial<SandboxOptions> {
  return { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } };
}

test("a sandbox has devices and names of its own, and is reached by its control socket", async (t) => {
  await using sandbox = await launch("test-own");
  t.like(await answerOf("test-own"), {
    name: "test-own",
    hostPid: sandbox.pid,
    devices: ["lo"],
    netnsNames: ["web"],
  });
  t.false(existsSync("/run/netns/web"));
  t.false(existsSync("/run/left-behind"));
  t.deepEqual(findLab("test-own"), { name: "test-own", uid: process.getuid?.() ?? 0 });
});

test("two sandboxes side by side may use the same names inside", async (t) => {
  await using one = await launch("test-side-1");
  await using two = await launch("test-side-2");
  t.not(one.pid, two.pid);
  const answers = await Promise.all([answerOf("test-side-1"), answerOf("test-side-2")]);
  t.deepEqual(
    answers.map(({ netnsNames }) => netnsNames),
    [["web"], ["web"]],
  );
  await one.kill();
  t.is((await answerOf("test-side-2")).hostPid, two.pid);
});

test("a name is taken as long as its sandbox runs, and free at once when it has ended", async (t) => {
  await using first = await launch("test-name");
  const error = await t.throwsAsync(launch("test-name"), { instanceOf: HostError });
  t.is(error.code, "HOST_LAB_RUNNING");
  t.is(error.message, "lab test-name: already running");
  await first.kill();
  t.deepEqual(await first.exited, { exitCode: undefined, signal: "SIGKILL" });
  await using second = await launch("test-name");
  t.is((await answerOf("test-name")).hostPid, second.pid);
});

test("the inside listens on the host's own TCP ports", async (t) => {
  const endpoint = { host: "127.0.0.1", port: 0 };
  await using sandbox = await launch("test-tcp", { listen: [endpoint, endpoint] });
  t.is(sandbox.addresses.length, 2);
  for (const { address, port } of sandbox.addresses) {
    const answer = JSON.parse(await text(connect(port, address))) as EntryAnswer;
    t.is(answer.hostPid, sandbox.pid);
  }
});

test("orphans are collected, and no child's exit code is lost to that", async (t) => {
  await using _sandbox = await launch("test-orphans");
  const { exitCodes, zombiesCollected } = await answerOf("test-orphans");
  t.true(zombiesCollected);
  t.deepEqual(
    exitCodes,
    Array.from({ length: 60 }, (_, index) => index),
  );
});

test("a program of the host enters a place with all that it needs there", async (t) => {
  await using _sandbox = await launch("test-enter");
  const { enterPlace, enterNetns } = await answerOf("test-enter");
  const run = async (enter: readonly string[], script: string, input = "") => {
    const [file = "", ...args] = [...enter, "sh", "-c", script];
    const { stdout, exitCode, signal } = await execa(file, args, { input, reject: false });
    return { stdout, exitCode, signal };
  };
  const ok = { exitCode: 0, signal: undefined };
  const see = "hostname; cat /etc/resolv.conf; pwd";
  t.deepEqual(await run(enterPlace, see), { ...ok, stdout: "web\nnameserver 10.96.0.10\n/" });
  const { stdout: devices } = await run(enterPlace, "ls /sys/class/net");
  t.deepEqual(devices.split("\n").filter(isMade), ["br0", "eth0", "lo", "peer0"]);
  // What only a program with capabilities can do, and only in the right netns.
  const change = "ip link add x0 type bridge && iptables -S INPUT && ip link del x0";
  t.deepEqual(await run(enterPlace, change), { ...ok, stdout: "-P INPUT ACCEPT" });
  t.deepEqual(await run(enterNetns, "ls /run/netns"), { ...ok, stdout: "web" });
  t.deepEqual(await run(enterPlace, "cat; exit 7", "input"), {
    ...ok,
    stdout: "input",
    exitCode: 7,
  });
  t.like(await run(enterPlace, "yes | head -1"), { stdout: "y" });
  t.deepEqual(await run(enterPlace, "id -u"), { ...ok, stdout: String(process.getuid?.()) });
});

test("a program that entered ends with the sandbox", async (t) => {
  await using sandbox = await launch("test-enter-end");
  const { enterPlace } = await answerOf("test-enter-end");
  const [file = "", ...args] = [...enterPlace, "sh", "-c", "echo in; sleep 600"];
  const program = execa(file, args, { reject: false });
  await new Promise((resolve) => program.stdout.once("data", resolve));
  await sandbox.kill();
  t.true((await program).failed);
});

test("the streams lead where the caller says, and the exit code comes back", async (t) => {
  const script = path.resolve(import.meta.dirname, "../../../scripts/in-sandbox.mjs");
  const inside = 'read -r word; echo "read $word"; echo "to stderr" >&2; exit 5';
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    [script, "--", "sh", "-c", inside],
    { input: "input", reject: false },
  );
  t.deepEqual(
    { stdout, stderr, exitCode },
    { stdout: "read input", stderr: "to stderr", exitCode: 5 },
  );
});

const failures = [
  {
    title: "an entry that is not there",
    options: { entry: "/no/such/entry.js" },
    message:
      /^the sandbox ended before it was ready: Error: Cannot find module '\/no\/such\/entry\.js'$/,
  },
  {
    title: "an entry that throws before it is set up",
    options: before('throw new Error("first things first");'),
    message: /^the sandbox ended before it was ready: Error: first things first$/,
  },
  {
    title: "an entry that ends without a word",
    options: before("process.exit(9);"),
    message: /^the sandbox ended before it was ready: exit code 9$/,
  },
  {
    title: "an impossible name",
    options: { name: "No Name" },
    message: /^lab name "No Name": must be 1\.\.63 small letters/,
  },
];

for (const { title, options, message } of failures) {
  test(`a sandbox that cannot be started says why: ${title}`, async (t) => {
    const name = `test-failure-${failures.findIndex((failure) => failure.title === title)}`;
    const error = await t.throwsAsync(launch(name, options), { instanceOf: HostError });
    t.is(error.code, "HOST_SANDBOX");
    t.regex(error.message, message);
    t.is(findLab(name), undefined);
  });
}

test("a start that is aborted throws the reason, and its name is free", async (t) => {
  const controller = new AbortController();
  const starting = launch("test-abort", { signal: controller.signal });
  const reason = new Error("enough");
  setImmediate(() => controller.abort(reason));
  t.is(await t.throwsAsync(starting), reason);
  // The kernel lists a socket until its last holder, which has been killed, is cleared away.
  const isFree = async (): Promise<true | undefined> =>
    findLab("test-abort") === undefined || undefined;
  t.true(await until(isFree, { intervalMs: 5, signal: patience(5_000) }));
});

/** Resolves when the first process of the sandbox with this argument runs. */
async function insideRuns(mark: string): Promise<void> {
  const isThere = async (): Promise<true | undefined> =>
    processesMarked(mark).some(({ namespacePids }) => namespacePids.at(-1) === 1) || undefined;
  await until(isThere, { intervalMs: 2, signal: patience(10_000) });
}

test("the first process runs before its lab has a name", async (t) => {
  let tell: (name: string) => void = () => t.fail();
  const name = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const starting = launch(name, { args: ["test-late"] });
  await insideRuns("test-late");
  t.is(findLab("test-late"), undefined);
  tell("test-late");
  await using sandbox = await starting;
  t.is((await answerOf("test-late")).hostPid, sandbox.pid);
});

test("where no name comes, the start throws what came instead, and nothing is left", async (t) => {
  let fail: (reason: Error) => void = () => t.fail();
  const name = new Promise<string>((_resolve, reject) => {
    fail = reject;
  });
  const starting = launch(name, { args: ["test-nameless"] });
  await insideRuns("test-nameless");
  const reason = new Error("a mistake in the file");
  fail(reason);
  t.is(await t.throwsAsync(starting), reason);
  t.deepEqual(processesMarked("test-nameless"), []);
});

test("an attached sandbox cannot be detached", async (t) => {
  await using sandbox = await launch("test-attached");
  t.throws(() => sandbox.detach(), { message: /attached/ });
});
