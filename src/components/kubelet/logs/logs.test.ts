import test from "ava";
import { ContainerLog } from "./container-log.ts";
import { LineCutter, MAX_ENTRY_BYTES } from "./log-lines.ts";
import { PodLogs } from "./pod-logs.ts";
import { type ReadLogOptions, readLog } from "./read-log.ts";

const never = new AbortController().signal;
const startNs = BigInt(Date.UTC(2026, 10, 28, 2, 30)) * 1_000_000n;

/** A log whose every entry comes a second after the one before it. */
function logOf(...chunks: readonly string[]): ContainerLog {
  let turn = 0n;
  const log = new ContainerLog({ nowNs: () => startNs + turn++ * 1_000_000_000n });
  for (const chunk of chunks) log.write("stdout", Buffer.from(chunk));
  return log;
}

async function read(log: ContainerLog, options: ReadLogOptions = {}): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readLog(log, options, never)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

for (const { title, chunks, want } of [
  { title: "pieces of a line are one", chunks: ["a", "b\nc\n"], want: ["ab\n", "c\n"] },
  { title: "an empty line is one", chunks: ["\n\na\n"], want: ["\n", "\n", "a\n"] },
  { title: "a line without end waits for it", chunks: ["a\nb"], want: ["a\n"] },
  {
    title: "a long line is cut",
    chunks: [`${"x".repeat(MAX_ENTRY_BYTES + 1)}\n`],
    want: ["x".repeat(MAX_ENTRY_BYTES), "x\n"],
  },
]) {
  test(`lines: ${title}`, (t) => {
    const cutter = new LineCutter();
    const lines = chunks.flatMap((chunk) => cutter.push(Buffer.from(chunk)));
    t.deepEqual(
      lines.map((line) => Buffer.from(line).toString()),
      want,
    );
  });
}

for (const { title, options, want } of [
  { title: "all of it", options: {}, want: "one\ntwo\nthree\nfour" },
  { title: "the last two lines", options: { tailLines: 2 }, want: "three\nfour" },
  { title: "more lines than there are", options: { tailLines: 9 }, want: "one\ntwo\nthree\nfour" },
  { title: "no line", options: { tailLines: 0 }, want: "" },
  {
    title: "since a time",
    options: { sinceMs: Date.UTC(2026, 10, 28, 2, 30, 2) },
    want: "three\nfour",
  },
  { title: "since later than all", options: { sinceMs: Date.UTC(2026, 11, 1) }, want: "" },
  { title: "so many bytes", options: { limitBytes: 6 }, want: "one\ntw" },
  {
    title: "with times",
    options: { timestamps: true, tailLines: 1 },
    want: "2026-11-28T02:30:03.000000000Z four",
  },
]) {
  test(`logs: ${title}`, async (t) => {
    const log = logOf("one\ntwo\n", "three\nfo", "ur");
    log.end();
    t.is(await read(log, options), want);
  });
}

test("a line of several entries has one time, and counts as one line", async (t) => {
  const log = logOf("first\n", `${"x".repeat(MAX_ENTRY_BYTES)}yz\n`);
  t.is(
    await read(log, { timestamps: true, tailLines: 1 }),
    `2026-11-28T02:30:01.000000000Z ${"x".repeat(MAX_ENTRY_BYTES)}yz\n`,
  );
});

test("who follows gets what was and what comes, until the container ends", async (t) => {
  const log = logOf("old\n", "last\n");
  const following = read(log, { follow: true, tailLines: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  log.write("stderr", Buffer.from("new\n"));
  await new Promise((resolve) => setImmediate(resolve));
  log.write("stdout", Buffer.from("no end"));
  log.end();
  t.is(await following, "last\nnew\nno end");
});

test("who follows is let go when they hang up", async (t) => {
  const controller = new AbortController();
  const log = logOf("old\n");
  const reading = readLog(log, { follow: true }, controller.signal);
  t.is(Buffer.from((await reading.next()).value ?? []).toString(), "old\n");
  const next = reading.next();
  controller.abort();
  t.true((await next).done);
});

test("an old log forgets its beginning, and a reader goes on where it still knows", async (t) => {
  const log = new ContainerLog({ maxBytes: 2_000 });
  const line = (index: number): Uint8Array => Buffer.from(`${String(index).padStart(9, "0")}\n`);
  for (let index = 0; index < 1_000; index++) log.write("stdout", line(index));
  t.is(log.next, 1_000);
  const kept = log.from(0);
  t.true(kept.length > 5 && kept.length < 16, `${kept.length}`);
  t.is(await read(log, { tailLines: 1 }), "000000999\n");
  t.deepEqual(log.from(10), kept);
  t.deepEqual(log.from(999), kept.slice(-1));
});

test("the previous run is kept, the one before it is not, and all go with the pod", (t) => {
  const logs = new PodLogs();
  const [one, two, three] = [1, 2, 3].map(() => logs.begin("uid", "web"));
  const other = logs.begin("uid-2", "web");
  t.not(one, two);
  t.is(logs.find("uid", "web", "current"), three);
  t.is(logs.find("uid", "web", "previous"), two);
  t.is(logs.find("uid-2", "web", "previous"), undefined);
  logs.forget("uid");
  t.is(logs.find("uid", "web", "current"), undefined);
  t.is(logs.find("uid-2", "web", "current"), other);
});
