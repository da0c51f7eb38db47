import test from "ava";
import { SyncRunner } from "./sync-runner.ts";

/** A runner whose syncs the test ends by hand, and whose clock and timers it holds. */
function harness(options: { readonly minPeriodMs?: number; readonly delayMs?: number } = {}) {
  const syncs: Array<{ readonly end: () => void; readonly fail: (error: Error) => void }> = [];
  const timers: Array<{ readonly callback: () => void; readonly delayMs: number }> = [];
  const failures: unknown[] = [];
  let started = (): void => {};
  const clock = { nowMs: 0 };
  // biome-ignore lint/nursery/useDisposables: each test ends the syncs it begins; nothing else is held.
  const runner = new SyncRunner({
    sync: () =>
      new Promise((end, fail) => {
        syncs.push({ end, fail });
        started();
      }),
    onFailure: (error) => failures.push(error),
    minPeriodMs: options.minPeriodMs ?? 0,
    delayMs: options.delayMs,
    retryMs: 30_000,
    now: () => clock.nowMs,
    timer: (callback, delayMs) => {
      const timer = { callback, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  /** Resolves when the runner has begun `count` syncs in all. */
  const begun = async (count: number): Promise<void> => {
    while (syncs.length < count) await new Promise<void>((resolve) => (started = resolve));
  };
  /** Takes the next timer from the list and lets it ring. */
  const ring = (): number => {
    const timer = timers.shift();
    timer?.callback();
    return timer?.delayMs ?? Number.NaN;
  };
  return { runner, syncs, timers, failures, clock, begun, ring };
}

test("requests of one turn are one sync", async (t) => {
  const { runner, syncs, begun } = harness();
  for (let count = 0; count < 5; count++) runner.request();
  await begun(1);
  syncs[0]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 1);
});

test("what is asked for during a sync goes into one more, never two at once", async (t) => {
  const { runner, syncs, begun } = harness();
  runner.request();
  await begun(1);
  runner.request();
  runner.request();
  t.is(syncs.length, 1);
  syncs[0]?.end();
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("synced waits for a sync that began after the change, and not for later changes", async (t) => {
  const { runner, syncs, begun } = harness();
  runner.request();
  await begun(1);
  runner.request();
  let isSynced = false;
  const synced = runner.synced().then(() => {
    isSynced = true;
  });
  syncs[0]?.end();
  await begun(2);
  t.false(isSynced, "the first sync began before the change");
  runner.request();
  syncs[1]?.end();
  await synced;
  t.false(runner.isIdle, "the third request is still to be met");
});

test("a failure is told to who waits, and the sync is tried again later", async (t) => {
  const { runner, syncs, begun, failures, ring } = harness();
  const boom = new Error("iptables-restore failed");
  runner.request();
  await begun(1);
  const synced = runner.synced();
  syncs[0]?.fail(boom);
  t.is(await t.throwsAsync(synced), boom);
  t.deepEqual(failures, [boom]);
  t.false(runner.isIdle);
  t.is(ring(), 30_000);
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.true(runner.isIdle);
});

test("a change does not wait for the retry", async (t) => {
  const { runner, syncs, begun, timers } = harness();
  runner.request();
  await begun(1);
  const synced = runner.synced();
  syncs[0]?.fail(new Error("busy"));
  await t.throwsAsync(synced);
  t.is(timers.length, 1);
  runner.request();
  t.is(timers.length, 0);
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("minPeriodMs counts from start to start", async (t) => {
  const { runner, syncs, begun, clock, ring } = harness({ minPeriodMs: 1_000 });
  runner.request();
  await begun(1);
  clock.nowMs = 300;
  runner.request();
  syncs[0]?.end();
  await new Promise(setImmediate);
  t.is(syncs.length, 1);
  t.is(ring(), 700);
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("the end waits for the sync that runs, begins none, and refuses who waits", async (t) => {
  const { runner, syncs, begun } = harness();
  runner.request();
  await begun(1);
  runner.request();
  const synced = runner.synced();
  const end = runner[Symbol.asyncDispose]();
  syncs[0]?.end();
  await end;
  await t.throwsAsync(synced, { message: "kube-proxy ended" });
  runner.request();
  await new Promise(setImmediate);
  t.is(syncs.length, 1);
  t.true(runner.isIdle);
});

test("while it is held nothing begins, and then all that was asked for is one sync", async (t) => {
  const { runner, syncs, begun, timers } = harness();
  runner.request();
  await begun(1);
  const held = runner.hold();
  runner.request();
  syncs[0]?.end();
  await held;
  runner.request();
  t.true(runner.isHeld);
  t.is(timers.length, 0);
  t.false(runner.isIdle);
  runner.release();
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("held and released without a change, it does nothing", async (t) => {
  const { runner, syncs } = harness();
  await runner.hold();
  runner.release();
  await runner.whenIdle();
  t.is(syncs.length, 0);
});

test("a failure while it is held is tried again after the release", async (t) => {
  const { runner, syncs, begun, failures, timers } = harness();
  runner.request();
  await begun(1);
  const held = runner.hold();
  syncs[0]?.fail(new Error("busy"));
  await held;
  t.is(failures.length, 1);
  t.is(timers.length, 0);
  runner.release();
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("every sync but the first waits for the delay", async (t) => {
  const { runner, syncs, begun, ring } = harness({ delayMs: 500 });
  runner.request();
  await begun(1);
  syncs[0]?.end();
  await runner.whenIdle();
  runner.request();
  runner.request();
  t.is(ring(), 500);
  await begun(2);
  syncs[1]?.end();
  await runner.whenIdle();
  t.is(syncs.length, 2);
});

test("when changes do not end, syncs take a third of the time, after a burst", async (t) => {
  const { runner, syncs, timers, clock, begun, ring } = harness();
  const sync = async (count: number): Promise<void> => {
    await begun(count);
    runner.request();
    clock.nowMs += 30;
    syncs[count - 1]?.end();
    await settled();
  };
  runner.request();
  for (const count of [1, 2, 3, 4]) await sync(count);
  t.is(syncs.length, 4);
  t.is(ring(), 60);
  // Later, when nothing has changed for a while, a change is taken up at once again.
  await begun(5);
  syncs[4]?.end();
  await runner.whenIdle();
  clock.nowMs += 1_000;
  runner.request();
  await begun(6);
  syncs[5]?.end();
  t.is(timers.length, 0);
});

/** Resolves when what a sync's end brought about has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
