import test from "ava";
import { ProbeLoop } from "./probe-loop.ts";
import type { ProbeTiming } from "./probe-target.ts";
import type { ProbeOutcome } from "./run-probe.ts";

const plain: ProbeTiming = {
  initialDelayMs: 0,
  periodMs: 1_000,
  timeoutMs: 500,
  successThreshold: 1,
  failureThreshold: 3,
};

interface Run {
  /** When it was asked, in milliseconds. */
  readonly askedAtMs: readonly number[];
  readonly failuresToldAtMs: readonly number[];
}

/** A clock that jumps to the next timer until `untilMs`; the probe fails until `readyAtMs`. */
async function run(timing: ProbeTiming, readyAtMs: number, untilMs: number): Promise<Run> {
  let nowMs = 0;
  let next: { readonly atMs: number; readonly work: () => void } | undefined;
  const askedAtMs: number[] = [];
  const failuresToldAtMs: number[] = [];
  const ask = async (): Promise<ProbeOutcome> => {
    askedAtMs.push(nowMs);
    return { answer: nowMs >= readyAtMs ? "success" : "failure", message: "not yet" };
  };
  using _loop = new ProbeLoop({
    kind: "readiness",
    timing,
    runningForMs: 0,
    ask,
    onVerdict: () => undefined,
    onFailure: () => failuresToldAtMs.push(nowMs),
    timer: (work, delayMs) => {
      next = { atMs: nowMs + delayMs, work };
      return () => {
        next = undefined;
      };
    },
    now: () => nowMs,
  });
  while (next !== undefined && next.atMs <= untilMs) {
    nowMs = next.atMs;
    const { work } = next;
    next = undefined;
    work();
    await new Promise(setImmediate);
  }
  return { askedAtMs, failuresToldAtMs };
}

test("a probe asks once a period, and tells every failure", async (t) => {
  t.deepEqual(await run(plain, 2_000, 4_000), {
    askedAtMs: [0, 1_000, 2_000, 3_000, 4_000],
    failuresToldAtMs: [0, 1_000],
  });
});

test("until its first success it may ask more often, and tells failures no oftener than else", async (t) => {
  const { askedAtMs, failuresToldAtMs } = await run({ ...plain, firstPeriodMs: 50 }, 150, 2_200);
  t.deepEqual(askedAtMs, [0, 50, 100, 150, 1_150, 2_150]);
  t.deepEqual(failuresToldAtMs, []);
});

test("one that goes on failing is told once a period", async (t) => {
  const { failuresToldAtMs } = await run({ ...plain, firstPeriodMs: 50 }, 9_000, 3_000);
  t.deepEqual(failuresToldAtMs, [1_000, 2_000, 3_000]);
});
