import test from "ava";
import { type BackOff, formatDelay, mayRestartAtMs, raiseBackOff } from "./back-off.ts";

test("a container that keeps crashing waits 0, 10, 20, … and at most 300 seconds", (t) => {
  let backOff: BackOff | undefined;
  let nowMs = 0;
  const waits: number[] = [];
  for (let crash = 0; crash < 8; crash++) {
    const endedAtMs = nowMs + 100;
    const restartMs = mayRestartAtMs(backOff, endedAtMs);
    waits.push((restartMs - endedAtMs) / 1_000);
    backOff = raiseBackOff(backOff, endedAtMs, restartMs);
    nowMs = restartMs;
  }
  t.deepEqual(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
});

test("ten good minutes are forgiveness", (t) => {
  const backOff = { delayMs: 160_000, raisedAtMs: 0 };
  t.is(mayRestartAtMs(backOff, 600_000), 760_000);
  t.is(mayRestartAtMs(backOff, 600_001), 600_001);
  t.is(raiseBackOff(backOff, 600_001, 600_001).delayMs, 10_000);
});

for (const { delayMs, text } of [
  { delayMs: 10_000, text: "10s" },
  { delayMs: 80_000, text: "1m20s" },
  { delayMs: 300_000, text: "5m0s" },
]) {
  test(`${delayMs} ms are ${text}`, (t) => t.is(formatDelay(delayMs), text));
}
