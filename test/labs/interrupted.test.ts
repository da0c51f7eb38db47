/** A run that somebody ends early: its report is as whole as any, and says what was not brought to its end. */
import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { listLabs } from "../../src/kernel/sandbox/lab-socket.ts";
import { patience } from "../patience.ts";
import { type RunningPodwire, runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const topology = (pods: string): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: interrupted}
spec: {nodes: [{name: node01}], dns: {enabled: false}, pods: ${pods}}
`;
const scenario = (name: string, ...commands: readonly string[]): string => `
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: ${name}}
spec:
  steps:
${commands.map((command) => `    - exec: {at: node/node01, timeout: 10m, command: "${command}"}\n`).join("")}`;
/** No node takes it. */
const homeless = `
---
apiVersion: v1
kind: Pod
metadata: {name: homeless}
spec: {nodeSelector: {there: is-none}, containers: [{name: web, image: web}]}
`;

/** Ends `podwire test` of the file by a signal, as soon as `isTime`. */
async function interrupt(
  text: (folder: string) => string,
  { reporter, signal }: { readonly reporter: string; readonly signal: NodeJS.Signals },
  isTime: (run: RunningPodwire, folder: string) => Promise<boolean>,
): Promise<Awaited<RunningPodwire>> {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "interrupted.yaml");
  await writeFile(file, text(folder.path));
  const run = runPodwire(["test", file, "--reporter", reporter, "--output", folder.path]);
  await until(async () => (await isTime(run, folder.path)) || undefined, {
    intervalMs: 5,
    signal: patience(40_000),
  });
  run.kill(signal);
  return run;
}

const three = (folder: string): string =>
  topology("{}") +
  scenario("the first holds", "true") +
  scenario("the second is interrupted", `touch ${folder}/begun; exec sleep 600`, "true") +
  scenario("the third comes later", "true");

async function isInSecond(_run: RunningPodwire, folder: string): Promise<boolean> {
  return stat(path.join(folder, "begun")).then(
    () => true,
    () => false,
  );
}

test.serial("after Ctrl-C, JSON says what held, where it stopped, and what was left", async (t) => {
  const how = { reporter: "json", signal: "SIGINT" } as const;
  const { exitCode, stdout, stderr } = await interrupt(three, how, isInSecond);
  t.is(exitCode, 130, stderr);
  const { ok, totals, labs } = JSON.parse(stdout);
  t.false(ok);
  t.like(totals, { passed: 1, failed: 0, skipped: 1, interrupted: 1 });
  const [first, second, third] = labs[0].scenarios;
  t.like(first, { scenario: "the first holds", outcome: "passed" });
  t.like(second, { outcome: "interrupted", reason: "in step 1 of 2" });
  t.like(third, { outcome: "skipped", reason: "interrupted", elapsedMs: 0 });
});

test.serial("after SIGTERM, JUnit has an error where it stopped", async (t) => {
  const how = { reporter: "junit", signal: "SIGTERM" } as const;
  const { exitCode, stdout, stderr } = await interrupt(three, how, isInSecond);
  t.is(exitCode, 130, stderr);
  t.true(stdout.endsWith("</testsuites>"), stdout);
  t.regex(stdout, /<testsuite name="interrupted" tests="3" failures="0" errors="1" skipped="1" /);
  t.regex(
    stdout,
    /name="the second is interrupted" [^>]*>\n +<error message="interrupted in step 1 of 2" type="interrupted"\/>/,
  );
});

test.serial("while a lab is built, what would have been the first is interrupted", async (t) => {
  const unready = (): string =>
    topology("{readyWithin: 10m}") +
    homeless +
    scenario("the first", "true") +
    scenario("the second", "true");
  const how = { reporter: "spec", signal: "SIGINT" } as const;
  const { exitCode, stdout, stderr } = await interrupt(unready, how, async ({ pid }) =>
    listLabs().some(({ name }) => name === `interrupted-${pid}-1`),
  );
  t.is(exitCode, 130, stderr);
  t.regex(stdout, /^ {2}! the first \(interrupted before it began\)$/m);
  t.regex(stdout, /^ {2}- the second \(skipped: interrupted\)$/m);
  t.regex(stdout, /^1 interrupted, 1 skipped in /m);
});
