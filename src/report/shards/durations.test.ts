import test from "ava";
import type { RunReport } from "../reporters/run-report.ts";
import { formatDurations, parseDurations, updateDurations } from "./durations.ts";

function run(lab: string, readyAfterMs: number, ...outcomes: ReadonlyArray<string>): RunReport {
  return {
    ok: true,
    totals: { passed: 0, failed: 0, skipped: 0, interrupted: 0, elapsedMs: 0 },
    labs: [
      {
        lab,
        readyAfterMs,
        warnings: [],
        scenarios: outcomes.map((outcome, index) => ({
          scenario: `s${index}`,
          outcome: outcome === "ok" ? "passed" : "failed",
          elapsedMs: 10.4 * (index + 1),
          steps: [],
        })),
      },
    ],
  };
}

const text = (...reports: readonly RunReport[]): unknown =>
  JSON.parse(formatDurations(reports.reduce(updateDurations, new Map())));

test("a run leaves what it took, in whole milliseconds", (t) => {
  t.deepEqual(text(run("a", 99.6, "ok", "ok")), {
    a: { setup: 100, scenarios: { s0: 10, s1: 21 } },
  });
});

test("what a later run did not run, or not to its end, stays as it was", (t) => {
  t.deepEqual(text(run("a", 100, "ok", "ok"), run("b", 5, "ok"), run("a", 200, "failed")), {
    a: { setup: 200, scenarios: { s0: 10, s1: 21 } },
    b: { setup: 5, scenarios: { s0: 10 } },
  });
});

test("what is written can be read", (t) => {
  const durations = updateDurations(new Map(), run("a", 1, "ok"));
  t.deepEqual(parseDurations(formatDurations(durations)), durations);
});

for (const wrong of ["", "[]", '{"a": 1}', '{"a": {"setup": "x", "scenarios": {}}}', "{"]) {
  test(`this is no file of durations: ${wrong}`, (t) => {
    t.is(parseDurations(wrong), undefined);
  });
}
