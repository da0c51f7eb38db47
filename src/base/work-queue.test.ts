import test from "ava";
import { CleanupStack } from "./cleanup-stack.ts";
import { type Handled, retryDelayMs, WorkQueue } from "./work-queue.ts";

/** A timer that fires when told to. */
class ManualTimer {
  readonly pending = new Map<() => void, number>();

  readonly start = (callback: () => void, delayMs: number): (() => void) => {
    this.pending.set(callback, delayMs);
    return () => this.pending.delete(callback);
  };

  fireAll(): void {
    const callbacks = [...this.pending.keys()];
    this.pending.clear();
    for (const callback of callbacks) callback();
  }
}

const ignoreFailure = (): void => undefined;

test("a key added many times before its turn is handled once", async (t) => {
  const handled: string[] = [];
  await using queue = new WorkQueue({
    handle: (key): Handled => void handled.push(key),
    onFailure: ignoreFailure,
  });
  for (const key of ["a", "b", "a", "a"]) queue.add(key);
  t.false(queue.isIdle);
  await queue.whenIdle();
  t.deepEqual(handled, ["a", "b"]);
});

test("a key added while it is handled is handled again, never twice at once", async (t) => {
  let running = 0;
  let rounds = 0;
  await using queue = new WorkQueue({
    concurrency: 4,
    handle: async () => {
      running++;
      t.is(running, 1);
      rounds++;
      if (rounds < 3) queue.add("a");
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return undefined;
    },
    onFailure: ignoreFailure,
  });
  queue.add("a");
  await queue.whenIdle();
  t.is(rounds, 3);
});

for (const { concurrency, most } of [
  { concurrency: 1, most: 1 },
  { concurrency: 3, most: 3 },
]) {
  test(`with concurrency ${concurrency}, at most ${most} keys are handled at once`, async (t) => {
    let running = 0;
    let peak = 0;
    await using queue = new WorkQueue({
      concurrency,
      handle: async () => {
        running++;
        peak = Math.max(peak, running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return undefined;
      },
      onFailure: ignoreFailure,
    });
    for (const key of ["a", "b", "c", "d", "e"]) queue.add(key);
    await queue.whenIdle();
    t.is(peak, most);
  });
}

test("a long queue of quick work lets others have their turn", async (t) => {
  let handled = 0;
  await using queue = new WorkQueue({
    handle: () => {
      const end = performance.now() + 1;
      while (performance.now() < end);
      handled++;
      return undefined;
    },
    onFailure: ignoreFailure,
  });
  for (let index = 0; index < 100; index++) queue.add(`${index}`);
  await new Promise((resolve) => setImmediate(resolve));
  t.true(handled > 0 && handled < 100, `${handled}`);
  await queue.whenIdle();
  t.is(handled, 100);
});

test("failures are retried with growing delays, and a success starts the count again", async (t) => {
  const timer = new ManualTimer();
  const attempts: number[] = [];
  let failing = true;
  await using queue = new WorkQueue({
    handle: () => {
      if (failing) throw new Error("not yet");
      return undefined;
    },
    onFailure: (_key, error, attempt) => {
      t.is((error as Error).message, "not yet");
      attempts.push(attempt);
    },
    timer: timer.start,
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  queue.add("a");
  await turn();
  t.deepEqual([...timer.pending.values()], [5]);
  t.false(queue.isIdle, "a retry is work");
  timer.fireAll();
  await turn();
  t.deepEqual([...timer.pending.values()], [10]);
  failing = false;
  timer.fireAll();
  await queue.whenIdle();
  failing = true;
  queue.add("a");
  await turn();
  t.deepEqual(attempts, [1, 2, 1]);
});

test("a visit asked for with a delay is no work until its time", async (t) => {
  const timer = new ManualTimer();
  let rounds = 0;
  await using queue = new WorkQueue({
    handle: async () => (++rounds === 1 ? 600_000 : undefined),
    onFailure: ignoreFailure,
    timer: timer.start,
  });
  queue.add("a");
  await queue.whenIdle();
  t.deepEqual([...timer.pending.values()], [600_000]);
  timer.fireAll();
  t.false(queue.isIdle);
  await queue.whenIdle();
  t.is(rounds, 2);
  t.is(timer.pending.size, 0);
});

test("disposal aborts what runs, waits for it, and forgets the rest", async (t) => {
  const timer = new ManualTimer();
  const log: string[] = [];
  // biome-ignore lint/nursery/useDisposables: disposal is what this test observes.
  const queue = new WorkQueue({
    handle: async (key, signal) => {
      log.push(`begin ${key}`);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      log.push(`end ${key}`);
      throw signal.reason;
    },
    onFailure: (key) => log.push(`failed ${key}`),
    timer: timer.start,
  });
  queue.add("a");
  queue.add("b");
  await new Promise((resolve) => setImmediate(resolve));
  await queue[Symbol.asyncDispose]();
  queue.add("c");
  t.true(queue.isIdle);
  t.deepEqual(log, ["begin a", "end a"]);
});

test("a visit to come keeps no process alive, and a retry, which may be waited for, does", async (t) => {
  const keepingAlive = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await using queues = new CleanupStack();
  for (const { outcome, holds } of [
    { outcome: () => 600_000, holds: 0 },
    {
      outcome: () => {
        throw new Error("not yet");
      },
      holds: 1,
    },
  ]) {
    const more = await new Promise((resolve) => {
      const handle = (): number => {
        const before = keepingAlive();
        // Right after this, before any other timer's turn.
        queueMicrotask(() => resolve(keepingAlive() - before));
        return outcome();
      };
      queues.use(new WorkQueue({ handle, onFailure: ignoreFailure })).add("a");
    });
    t.is(more, holds);
  }
});

test("retries double from 5 ms and stay at 5 s", (t) => {
  t.deepEqual([1, 2, 3, 10, 11, 60].map(retryDelayMs), [5, 10, 20, 2560, 5000, 5000]);
});
