import { spawn } from "node:child_process";
import { once } from "node:events";
import test from "ava";
import { until } from "../../base/until.ts";
import { type ProcessActivity, processActivity } from "./process-activity.ts";

/** Comes in the end, or the test runs out of time. */
function becomes(pid: number | undefined, wanted: ProcessActivity["now"]): Promise<true> {
  const look = async (): Promise<true | undefined> =>
    processActivity(pid ?? 0).now === wanted || undefined;
  return until(look, { intervalMs: 5, signal: new AbortController().signal });
}

test("a process that looks at itself works, and has had processor time", (t) => {
  const { now, cpuMs } = processActivity(process.pid);
  t.is(now, "working");
  t.true(cpuMs > 0);
});

test("a program that listens waits, whatever its name", async (t) => {
  const script = "process.title = 'a) R (b'; process.stdin.resume(); console.log('ready')";
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill());
  await once(child.stdout, "data");
  t.true(await becomes(child.pid, "waiting"));
});

test("a shell that waits for a program works as long as that does", async (t) => {
  // The inner one spins until it is told to wait for input; the outer one waits for it all the while.
  const inner = "trap 'stop=1' USR1; echo $$; while [ -z \"$stop\" ]; do :; done; read -r line";
  const child = spawn("sh", ["-c", `sh -c '${inner.replaceAll("'", `'"'"'`)}'; exit 0`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.teardown(() => child.kill());
  const [pid] = await once(child.stdout, "data");
  t.is(processActivity(child.pid ?? 0).now, "working");
  process.kill(Number(pid), "SIGUSR1");
  t.true(await becomes(child.pid, "waiting"));
  child.stdin.end("\n");
  await once(child, "exit");
  t.is(processActivity(child.pid ?? 0).now, "ended");
});

test("a process that is gone has ended", async (t) => {
  const child = spawn("true");
  await once(child, "exit");
  t.deepEqual(processActivity(child.pid ?? 0), { now: "ended", cpuMs: 0 });
});
