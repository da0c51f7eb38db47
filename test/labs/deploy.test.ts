/** What the pods of deploy/ run, as a shell there would run it. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { patient } from "../patience.ts";
import { ScratchFolder } from "./scratch-folder.ts";

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

async function containerOf(file: string): Promise<Container> {
  const documents = parseAllDocuments(await readFile(path.join("deploy", file), "utf8"));
  const objects = [...documents].map((document) => document.toJS());
  const job = objects.find(({ kind }) => kind === "Job");
  return job.spec.template.spec.containers[0];
}

async function runIn(file: string, env: Readonly<Record<string, string>>) {
  const { command, args } = await containerOf(file);
  const [program = "", ...words] = [...command, ...args];
  return execa(program, words, { env: { NO_COLOR: "1", ...env }, reject: false, all: true });
}

test("the pods' parts and the report of all: what fails in one, fails in the report", async (t) => {
  t.timeout(patient(120_000));
  await using folder = await ScratchFolder.create();
  const reports = path.join(folder.path, "reports");
  const common = { REPORTS: reports, SHARDS: "2", TOPOLOGIES: path.resolve("test/labs/fixtures") };
  const { command, args } = await containerOf("shards.yaml");
  t.deepEqual(command, ["sh", "-euc"]);
  // Of the fixtures, those that are whole and quick.
  const some = args.map((arg) => arg.replaceAll("/*.yaml", "/{one-fails,volumes}.yaml"));
  const parts = await Promise.all(
    ["0", "1"].map((index) =>
      execa("bash", ["-euc", ...some], {
        env: { ...common, JOB_COMPLETION_INDEX: index },
        reject: false,
        all: true,
      }),
    ),
  );
  for (const { exitCode, all } of parts) t.is(exitCode, 0, all);
  t.deepEqual(await readdir(reports).then(reportsOnly), ["shard-1-of-2.json", "shard-2-of-2.json"]);

  const merged = await runIn("merge.yaml", common);
  t.is(merged.exitCode, 1, merged.all);
  t.regex(merged.stdout, /^\d+ passed, 1 failed in /m);
  t.deepEqual(await readdir(reports).then(reportsOnly), [
    "durations.json",
    "report.xml",
    "shard-1-of-2.json",
    "shard-2-of-2.json",
  ]);
  const xml = await readFile(path.join(reports, "report.xml"), "utf8");
  t.is(xml.match(/<testsuite /g)?.length, 2);
});

/** Beside them are the files that explain the failure. */
function reportsOnly(names: readonly string[]): readonly string[] {
  return names.filter((name) => /\.(json|xml)$/.test(name)).toSorted();
}

test("a pod that cannot run its part says so", async (t) => {
  await using folder = await ScratchFolder.create();
  const { exitCode } = await runIn("shards.yaml", {
    REPORTS: folder.path,
    SHARDS: "2",
    TOPOLOGIES: path.resolve("nowhere"),
    JOB_COMPLETION_INDEX: "0",
  });
  t.is(exitCode, 2);
});
