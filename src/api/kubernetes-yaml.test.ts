import test from "ava";
import { parseKubernetesYaml } from "./kubernetes-yaml.ts";

/** What `kubectl create --dry-run=client -o json` made of each, in 1.27, 1.32 and 1.33 alike. */
const seen: ReadonlyArray<readonly [string, unknown]> = [
  ["y", true],
  ["Y", true],
  ["yes", true],
  ["yEs", "yEs"],
  ["on", true],
  ["ON", true],
  ["n", false],
  ["off", false],
  ["No", false],
  ["true", true],
  ["TRUE", true],
  ["tRue", "tRue"],
  ["~", null],
  ["Null", null],
  ["nULL", "nULL"],
  ["0400", 256],
  ["0o400", 256],
  ["0O17", 15],
  ["08", 8],
  ["010", 8],
  ["-010", -8],
  ["+7", 7],
  ["1_000", 1000],
  ["0x1F", 31],
  ["0X1f", 31],
  ["0b101", 5],
  ["-0b11", -3],
  ["1e3", 1000],
  ["1.5e+3", 1500],
  ["1.", 1],
  [".5", 0.5],
  ["+.5", 0.5],
  ["1:30", "1:30"],
  ["190:20:30", "190:20:30"],
  ["12:30:45", "12:30:45"],
  ["2001-12-14", "2001-12-14"],
  ["2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"],
  ["0x", "0x"],
  ["0_8", 8],
  ["1__2", 12],
  ["1e", "1e"],
  ["_1", "_1"],
  ["0.0", 0],
  ["1_0.5", 10.5],
  [".5_0", 0.5],
  ["1e400", "1e400"],
  ["!!str 5", "5"],
  ['!!int "5"', 5],
  ["!!float 3", 3],
  ['"yes"', "yes"],
  ["'010'", "010"],
  ["=", "="],
  ["<<", "<<"],
  ["1,000", "1,000"],
  ["0777_1", 4089],
  ["0x_f", 15],
  ["0o8", "0o8"],
  ['"-"', "-"],
  ["--1", "--1"],
  ["1-2", "1-2"],
  ["!!binary aGVsbG8=", "hello"],
];

for (const [text, want] of seen) {
  test(`${text} is ${JSON.stringify(want)}, as kubectl has it`, (t) => {
    t.deepEqual(parseKubernetesYaml(`v: ${text}`), { v: want });
  });
}

test("keys are texts, of what they were read as", (t) => {
  const text = "{y: 1, off: 2, 010: 3, 1.5: 4, 0x10: 5}";
  t.deepEqual(parseKubernetesYaml(text), { true: 1, false: 2, 8: 3, "1.5": 4, 16: 5 });
});

test("mappings are merged: what a mapping says itself counts, then the first that is merged", (t) => {
  const text = `
a: &a {p: 1, q: 2}
c: {<<: *a, p: 9}
d: {<<: [*a, {p: 7, r: 3}]}
`;
  t.deepEqual(parseKubernetesYaml(text), {
    a: { p: 1, q: 2 },
    c: { p: 9, q: 2 },
    d: { p: 1, q: 2, r: 3 },
  });
});
