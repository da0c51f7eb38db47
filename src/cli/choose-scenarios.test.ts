import test from "ava";
import { LabError } from "../lab/lab-error.ts";
import { type Choice, chooseScenarios } from "./choose-scenarios.ts";

const plan = (file: string, ...names: readonly string[]) => ({
  file,
  scenarios: names.map((name) => ({ name })),
});
const plans = [plan("a", "a1", "a2", "a3"), plan("b", "b1"), plan("empty"), plan("c", "c1", "c2")];

/** `file: scenario scenario`, a line each. */
function choose(choice: Choice): readonly string[] {
  return chooseScenarios(plans, choice).map(
    ({ plan: { file }, scenarios }) => `${file}: ${scenarios.map(({ name }) => name).join(" ")}`,
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
    chosen: ["a: a1 a3", "empty: ", "c: c1"],
  },
  {
    title: "the second half",
    choice: { shard: { index: 2, of: 2 } },
    chosen: ["a: a2", "b: b1", "empty: ", "c: c2"],
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
      chooseScenarios(plans, { shard: { index: index + 1, of } }).flatMap(({ scenarios }) =>
        scenarios.map(({ name }) => name),
      ),
    );
    t.deepEqual(parts.flat().sort(), ["a1", "a2", "a3", "b1", "c1", "c2"]);
  }
});

test("a pattern that matches nothing is a mistake, and what there is to match is named", (t) => {
  const error = t.throws(() => choose({ grep: /nothing/u }), { instanceOf: LabError });
  t.like(error, { code: "RUN_NO_SUCH_SCENARIO", exitCode: 2 });
  for (const name of ["a1", "b1", "c2"])
    t.regex(error.hint ?? "", new RegExp(`^ {4}${name}$`, "m"));
});
