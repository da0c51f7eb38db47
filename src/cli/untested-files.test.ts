import test from "ava";
import { type LoadedLab, loadLab, loadTopology } from "../topology/load.ts";
import { renderProblems } from "../topology/source/render-problem.ts";
import { untestedFiles } from "./untested-files.ts";

const scenario = `
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: a node reaches itself}
spec: {steps: [{probe: {from: node/a1, ping: node/a1}}]}
`;
const topology = (name: string) =>
  `# A comment.
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: ${name}}
spec: {nodes: [{name: a1}, {name: a2}]}`;

const texts = new Map([
  ["bare.yaml", topology("bare")],
  ["alone.yaml", topology("alone")],
  ["tested.yaml", `${topology("tested")}${scenario}`],
]);

function load(file: string): LoadedLab {
  return loadLab([file], { readFile: (name) => texts.get(name) ?? "" });
}

/** `error bare.yaml:2:1`, a line each. */
function said(...files: readonly string[]): readonly string[] {
  return untestedFiles(files.map(load)).map(
    ({ severity, location: { file, line, column } }) => `${severity} ${file}:${line}:${column}`,
  );
}

for (const { title, files, says } of [
  { title: "a file with scenarios is as it should be", files: ["tested.yaml"], says: [] },
  {
    title: "a file without scenarios is a mistake: there is nothing to test",
    files: ["bare.yaml"],
    says: ["error bare.yaml:2:1"],
  },
  {
    title: "of several files without scenarios each is named",
    files: ["bare.yaml", "alone.yaml"],
    says: ["error bare.yaml:2:1", "error alone.yaml:2:1"],
  },
  {
    title: "beside a file with scenarios, one without is worth a warning",
    files: ["bare.yaml", "tested.yaml"],
    says: ["warning bare.yaml:2:1"],
  },
  {
    title: "the variants of a file are one file",
    files: ["bare.yaml", "bare.yaml"],
    says: ["error bare.yaml:2:1"],
  },
]) {
  test(title, (t) => {
    t.deepEqual(said(...files), says);
  });
}

test("the scenario that is proposed can be pasted as it is", (t) => {
  const problems = untestedFiles([load("bare.yaml")]);
  const text = renderProblems(problems);
  t.true(text.startsWith("bare.yaml:2:1: bare: has no Scenario, so nothing of it is tested\n"));
  const proposed = /add a document such as (\{.*\})$/m.exec(text)?.[1];
  const { problems: mistakes, scenarios } = loadTopology(["pasted.yaml"], {
    readFile: () => `${topology("bare")}\n---\n${proposed}\n`,
  });
  t.deepEqual(mistakes, []);
  t.is(scenarios[0]?.steps.length, 1);
});
