/** Two shards of all topologies, side by side, and what one run says of the same. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import type { RunReport } from "../../src/report/reporters/run-report.ts";
import { patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Everything twice, on a machine that may have other things to do. */
const PATIENCE_MS = 500_000;
const settings = { timeoutMs: PATIENCE_MS };

/** All that is no matter of time, address or chance. */
function verdicts({ ok, totals, labs }: RunReport): unknown {
  const { passed, failed, skipped } = totals;
  return {
    ok,
    totals: { passed, failed, skipped },
    labs: labs.map(({ lab, nodes, pods, services, warnings, scenarios }) => ({
      ...{ lab, nodes, pods, services, warnings },
      scenarios: scenarios.map(({ scenario, outcome, steps }) => ({
        scenario,
        outcome,
        steps: steps.map(({ title, ok: held }) => `${held ? "✓" : "✗"} ${title}`),
      })),
    })),
  };
}

const withoutTimes = (xml: string): string => xml.replaceAll(/ time="[\d.]+"/g, "");

test("two shards of all topologies, run side by side, merge into the report of the whole run", async (t) => {
  t.timeout(patient(2 * PATIENCE_MS));
  await using folder = await ScratchFolder.create();
  const topologies = (await readdir("topologies"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => path.join("topologies", name));
  const durations = path.join(folder.path, "durations.json");
  const flags = [...topologies, "--durations", durations, "--output", folder.path];

  const whole = await runPodwire(["test", ...flags, "--jobs", "2", "--reporter", "json"], settings);
  t.is(whole.exitCode, 0, `${whole.stdout}${whole.stderr}`);
  const expected: RunReport = JSON.parse(whole.stdout);

  const shards = await Promise.all(
    ["1/2", "2/2"].map((shard) => runPodwire(["test", ...flags, "--shard", shard], settings)),
  );
  for (const { exitCode, stdout, stderr } of shards) t.is(exitCode, 0, `${stdout}${stderr}`);
  const files = ["shard-2-of-2.json", "shard-1-of-2.json"].map((name) =>
    path.join(folder.path, name),
  );
  const parts = await Promise.all(
    files.map(async (file): Promise<RunReport> => JSON.parse(await readFile(file, "utf8"))),
  );
  // Neither is all, and by what everything took the time before, neither has much more to do.
  for (const part of parts) t.true(part.totals.passed < expected.totals.passed);

  const merge = (reporter: string) =>
    runPodwire(["report", "merge", ...files, "--reporter", reporter]);
  const merged = await merge("json");
  t.is(merged.exitCode, 0, merged.stderr);
  t.deepEqual(verdicts(JSON.parse(merged.stdout)), verdicts(expected));
  const { stdout: junit } = await merge("junit");
  t.is(junit.match(/<testcase /g)?.length, expected.totals.passed);
  t.is(withoutTimes(junit).match(/<testsuite name="([^"]+)"/)?.[1], expected.labs[0]?.lab);
});

test("the report of a failed shard fails the whole, and one that is missing as well", async (t) => {
  await using folder = await ScratchFolder.create();
  const output = path.join(folder.path, "output");
  const files = ["topologies/minimal.yaml", "test/labs/fixtures/one-fails.yaml"];
  const run = (shard: string) =>
    runPodwire(["test", ...files, "--shard", shard, "--output", output]);
  const both = await Promise.all([run("1/2"), run("2/2")]);
  t.deepEqual(both.map(({ exitCode }) => exitCode).toSorted(), [0, 1]);

  const one = path.join(output, "shard-1-of-2.json");
  const two = path.join(output, "shard-2-of-2.json");
  const durations = path.join(folder.path, "kept", "durations.json");
  const merged = await runPodwire(["report", "merge", two, one, "--durations", durations]);
  t.is(merged.exitCode, 1, merged.stderr);
  t.regex(merged.stdout, /^3 passed, 1 failed in /m);
  const kept = JSON.parse(await readFile(durations, "utf8"));
  t.deepEqual(Object.keys(kept), ["minimal", "one-fails"]);

  const half = await runPodwire(["report", "merge", two, "--reporter", "tap"]);
  t.is(half.exitCode, 1);
  t.regex(
    half.stdout,
    /^not ok \d - .*\n {2}---\n.*\n.*\n +shard 1\/2 has not told how it ended$/m,
  );

  const wrong = await runPodwire(["report", "merge", files[0] ?? ""]);
  t.is(wrong.exitCode, 2);
  t.regex(wrong.stderr, /\(REPORT_FILE\)/);
});
