import test from "ava";
import { ReportError } from "../report-error.ts";
import { replay } from "../reporters/replay.ts";
import type { LabReport, ScenarioReport } from "../reporters/run-report.ts";
import { tapReporter } from "../reporters/tap.ts";
import { mergeShards, type ShardReport } from "./merge-shards.ts";
import type { SplitLab } from "./split-shards.ts";

const plan: readonly SplitLab[] = [
  {
    lab: "a",
    shards: [1, 2],
    scenarios: [
      { scenario: "a1", shard: 2 },
      { scenario: "a2", shard: 1 },
    ],
  },
  { lab: "twin", shards: [2], scenarios: [{ scenario: "t1", shard: 2 }] },
  { lab: "twin", shards: [1], scenarios: [{ scenario: "t1", shard: 1 }] },
];

const held = (scenario: string, elapsedMs = 10): ScenarioReport => ({
  scenario,
  outcome: "passed",
  elapsedMs,
  steps: [{ title: "probe", ok: true, elapsedMs, detail: "1 ms" }],
});

const lab = (
  name: string,
  readyAfterMs: number,
  ...scenarios: readonly ScenarioReport[]
): LabReport => ({
  lab: name,
  readyAfterMs,
  nodes: 2,
  pods: 1,
  services: 1,
  warnings: ["Service x selects no pod"],
  scenarios,
});

const shard = (index: number, ...labs: readonly LabReport[]): ShardReport => ({
  ok: true,
  // Not read: the merged report counts for itself.
  totals: { passed: 0, failed: 0, skipped: 0, interrupted: 0, elapsedMs: 0 },
  labs,
  shard: { index, of: 2, labs: plan },
});

const one = shard(1, lab("a", 100, held("a2")), lab("twin", 30, held("t1", 3)));
const two = shard(2, lab("a", 400, held("a1")), lab("twin", 20, held("t1", 2)));

for (const [title, reports] of [
  ["in the order of the run", [one, two]],
  ["whichever report comes first", [two, one]],
] as const) {
  test(`two shards are one run, ${title}`, (t) => {
    t.deepEqual(mergeShards(reports), {
      ok: true,
      totals: {
        passed: 4,
        failed: 0,
        skipped: 0,
        interrupted: 0,
        elapsedMs: 400 + 20 + 30 + 10 + 10 + 2 + 3,
      },
      labs: [
        lab("a", 400, held("a1"), held("a2")),
        // Two files may have topologies of one name.
        lab("twin", 20, held("t1", 2)),
        lab("twin", 30, held("t1", 3)),
      ],
    });
  });
}

test("what a shard does not tell of has failed, and the shard is named", (t) => {
  const brokeOff = shard(2, lab("a", 400, held("a1")));
  const { ok, totals, labs } = mergeShards([one, brokeOff]);
  t.false(ok);
  t.like(totals, { passed: 3, failed: 1 });
  const [left] = labs[1]?.scenarios ?? [];
  t.like(left, { scenario: "t1", outcome: "failed" });
  t.like(left?.steps[0]?.failure, {
    code: "SHARD_INCOMPLETE",
    message: "shard 2/2 has not told how it ended",
  });
});

test("without a shard's report all that it had to run has failed", (t) => {
  const { totals } = mergeShards([two]);
  t.like(totals, { passed: 2, failed: 2 });
});

test("reports of different runs are not merged, nor are two of one shard", (t) => {
  const other = { ...two, shard: { ...two.shard, labs: plan.slice(1) } };
  for (const reports of [[one, other], [one, one], []]) {
    t.throws(() => mergeShards(reports), { instanceOf: ReportError, code: "REPORT_MISMATCH" });
  }
});

test("a report can be told again by any reporter", (t) => {
  const brokeOff = shard(2, lab("a", 400, held("a1")));
  const text = replay(mergeShards([one, brokeOff]), tapReporter());
  t.deepEqual(
    text.split("\n").filter((line) => /^(TAP|ok|not ok|1\.\.)/.test(line)),
    [
      "TAP version 14",
      "ok 1 - a: a1",
      "ok 2 - a: a2",
      "not ok 3 - twin: t1",
      "ok 4 - twin: t1",
      "1..4",
    ],
  );
});
