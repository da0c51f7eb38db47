import test from "ava";
import { LabError } from "../lab/lab-error.ts";
import { type Choice, chooseScenarios, chooseShard } from "./choose-scenarios.ts";

const asked = (lab: string, ...names: readonly string[]) => ({
  lab,
  plan: { scenarios: names.map((name) => ({ name })) },
});
const labs = [
  asked("a", "a1", "a2", "a3"),
  asked("b", "b1"),
  asked("empty"),
  asked("c", "c1", "c2"),
];

/** `lab: scenario scenario`, a line each. */
function choose({ grep, shard }: Choice): readonly string[] {
  const all = chooseScenarios(labs, grep);
  const chosen = shard === undefined ? all : chooseShard(all, shard, new Map()).labs;
  return chosen.map(
    ({ lab, scenarios }) => `${lab}: ${scenarios.map(({ name }) => name).join(" ")}`,
  );
}

const rows: ReadonlyArray<{
  readonly title: string;
  readonly choice: Choice;
  readonly chosen: readonly string[];
}> = [
  { title: "all", choice: {}, chosen: ["a: a1 a2 a3", "b: b1", "empty: ", "c: c1 c2"] },
  { title: "by name", choice: { grep: /1$/u }, chosen: ["a: a1", "b: b1", "empty: ", "c: c1"] },
  {
    title: "the first half",
    choice: { shard: { index: 1, of: 2 } },
    chosen: ["a: a1 a2 a3", "empty: "],
  },
  {
    title: "the second half",
    choice: { shard: { index: 2, of: 2 } },
    chosen: ["b: b1", "c: c1 c2"],
  },
  {
    title: "half of those with a name",
    choice: { grep: /1$/u, shard: { index: 2, of: 2 } },
    chosen: ["b: b1", "empty: "],
  },
];

for (const { title, choice, chosen } of rows) {
  test(`scenarios to run: ${title}`, (t) => {
    t.deepEqual(choose(choice), chosen);
  });
}

test("the parts are the whole, and nothing is in two of them", (t) => {
  for (const of of [1, 2, 3, 7]) {
    const parts = Array.from({ length: of }, (_, index) =>
      choose({ shard: { index: index + 1, of } }).flatMap((line) => line.split(" ").slice(1)),
    );
    t.deepEqual(parts.flat().filter(Boolean).sort(), ["a1", "a2", "a3", "b1", "c1", "c2"]);
  }
});

test("a pattern that matches nothing is a mistake, and what there is to match is named", (t) => {
  const error = t.throws(() => choose({ grep: /nothing/u }), { instanceOf: LabError });
  t.like(error, { code: "RUN_NO_SUCH_SCENARIO", exitCode: 2 });
  for (const name of ["a1", "b1", "c2"])
    t.regex(error.hint ?? "", new RegExp(`^ {4}${name}$`, "m"));
});
