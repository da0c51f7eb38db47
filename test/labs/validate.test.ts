/** Every mistake of a file at once, where it is; and nobody needs any right to hear of it. */
import test from "ava";
import { execa } from "execa";
import { InvalidTopologyError, up } from "../../src/index.ts";
import { runPodwire } from "./run-podwire.ts";

const FILE = "test/labs/fixtures/five-mistakes.yaml";

const mistakes = [
  { at: "6:23", says: "nodes[0]: unknown field `adress`", hint: "did you mean `address`?" },
  { at: "7:32", says: "address 192.168.0.300: 300 is more than 255" },
  { at: "8:23", says: "podCIDR 10.244.0.0/99: prefix length must be 0..32" },
  { at: "15:19", says: "Service web: spec.ports[0].port: Invalid value: 80000" },
  { at: "23:26", says: "ip.dts is no field or protocol", hint: "did you mean ip.dst?" },
];

test.serial(
  "validate names all five mistakes with their positions, to an ordinary user",
  async (t) => {
    const { exitCode, stdout, stderr } = await runPodwire(["validate", FILE], {
      as: "ordinary user",
    });
    t.is(exitCode, 2);
    t.is(stdout, "");
    const said = stderr.split("\n").filter((line) => line.startsWith(FILE));
    t.is(said.length, mistakes.length);
    for (const [index, { at, says, hint }] of mistakes.entries()) {
      t.true(said[index]?.startsWith(`${FILE}:${at}: ${says}`), said[index]);
      if (hint !== undefined) t.true(stderr.includes(`  hint: ${hint}`), hint);
    }
    t.regex(stderr, /^5 mistakes$/m);
  },
);

test.serial("validate names them to programs as well", async (t) => {
  const { exitCode, stdout } = await runPodwire(["validate", "--json", FILE]);
  t.is(exitCode, 2);
  const { valid, problems } = JSON.parse(stdout);
  t.false(valid);
  t.deepEqual(
    problems.map(({ location }: Mistake) => `${location.line}:${location.column}`),
    mistakes.map(({ at }) => at),
  );
});

for (const command of ["up", "test"]) {
  test.serial(`${command} builds nothing from a file with mistakes`, async (t) => {
    const { exitCode, stdout, stderr } = await runPodwire([command, FILE]);
    t.is(exitCode, 2);
    t.is(stdout, "");
    for (const { says } of mistakes) t.true(stderr.includes(says), says);
  });
}

test.serial("the library throws them all as one error", async (t) => {
  const error = await t.throwsAsync(up(FILE), { instanceOf: InvalidTopologyError });
  t.deepEqual(
    error.problems.map(({ location: { line, column } }) => `${line}:${column}`),
    mistakes.map(({ at }) => at),
  );
});

test.serial("a file without mistakes is valid, and what is in it is counted", async (t) => {
  const { exitCode, stdout, stderr } = await runPodwire(
    ["validate", "topologies/voting-app.yaml"],
    { as: "ordinary user" },
  );
  t.is(exitCode, 0);
  t.is(stderr, "");
  t.is(stdout, "voting-app is valid: 3 nodes, 10 objects, 10 scenarios");
});

test.serial("a file that is not there is a mistake of whoever named it", async (t) => {
  const { exitCode, stderr } = await runPodwire(["validate", "no-such-file.yaml"]);
  t.is(exitCode, 2);
  t.regex(stderr, /no-such-file\.yaml/);
});

test.serial("standard input is called <stdin>, and read once for all variants", async (t) => {
  const empty = await runPodwire(["validate", "-"]);
  t.is(empty.exitCode, 2);
  t.regex(empty.stderr, /^<stdin>:1:1: no Topology in the files given$/m);
  const script = "node bin/podwire.js validate - < test/labs/fixtures/matrix.yaml";
  const { stdout } = await execa("sh", ["-c", script], { env: { NO_COLOR: "1" } });
  t.is(stdout, "matrix is valid: 2 nodes, 3 objects, 1 scenario, 4 variants");
});

interface Mistake {
  readonly location: { readonly line: number; readonly column: number };
}

test.serial("what this kernel lacks is mentioned, and is no mistake", async (t) => {
  const file = "test/labs/fixtures/slow-link.yaml";
  const [doctor, json, text] = await Promise.all([
    runPodwire(["doctor", "--json"]),
    runPodwire(["validate", "--json", file]),
    runPodwire(["validate", file]),
  ]);
  const groups: ReadonlyArray<{ readonly name: string; readonly checks: readonly Tried[] }> =
    JSON.parse(doctor.stdout).groups;
  const lacking = groups
    .filter(({ name }) => name !== "programs")
    .flatMap(({ checks }) => checks)
    .filter(({ neededBy, state }) => neededBy.includes("impair") && state !== "ok")
    .map(({ name }) => name);
  t.is(json.exitCode, 0, json.stderr);
  const { valid, kernelLacks } = JSON.parse(json.stdout);
  t.true(valid);
  t.deepEqual(
    kernelLacks.map(({ missing }: { readonly missing: string }) => missing),
    lacking,
  );
  t.is(text.exitCode, 0);
  const notes = text.stderr.match(/^note: impair needs what this kernel lacks: [^;]*/gm) ?? [];
  t.deepEqual(
    notes.map((note) => note.replace(/^.*: /, "").split(", ")),
    lacking.length === 0 ? [] : [lacking],
  );
});

interface Tried {
  readonly name: string;
  readonly neededBy: readonly string[];
  readonly state: string;
}
