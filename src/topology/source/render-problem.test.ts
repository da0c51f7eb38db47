import test from "ava";
import type { Problem } from "./problem.ts";
import { renderProblem } from "./render-problem.ts";

const location = { file: "lab.yaml", line: 3, column: 14, path: "nodes[0].podCIDR" };
const problem: Problem = {
  severity: "error",
  code: "TOPOLOGY_BAD_CIDR",
  message: "podCIDR 10.0.0.0/99: prefix length must be 0..32",
  location,
  length: 11,
  sourceLine: "    podCIDR: 10.0.0.0/99",
  hint: "write a prefix length between 0 and 32",
};

const rows = [
  {
    title: "an error points at the value the user wrote",
    problem,
    says: `lab.yaml:3:14: podCIDR 10.0.0.0/99: prefix length must be 0..32
    podCIDR: 10.0.0.0/99
             ^~~~~~~~~~~
  hint: write a prefix length between 0 and 32`,
  },
  {
    title: "a warning says that it is one",
    problem: { ...problem, severity: "warning" as const, hint: undefined },
    says: `lab.yaml:3:14: warning: podCIDR 10.0.0.0/99: prefix length must be 0..32
    podCIDR: 10.0.0.0/99
             ^~~~~~~~~~~`,
  },
  {
    title: "without the text there is no caret",
    problem: { ...problem, sourceLine: undefined },
    says: `lab.yaml:3:14: podCIDR 10.0.0.0/99: prefix length must be 0..32
  hint: write a prefix length between 0 and 32`,
  },
  {
    title: "the caret keeps its place after a tab",
    problem: { ...problem, sourceLine: "a:\tb: 10.0.0.0/99", length: 3, hint: undefined },
    says: `lab.yaml:3:14: podCIDR 10.0.0.0/99: prefix length must be 0..32
a:\tb: 10.0.0.0/99
  \t          ^~~`,
  },
  {
    title: "no control character of a file reaches the terminal",
    problem: { ...problem, sourceLine: "a: \x1b[2J\x9b\x7f", message: "a\x07", hint: undefined },
    says: `lab.yaml:3:14: a�
a: �[2J��
${" ".repeat(9)}^`,
  },
  {
    title: "of a long line a part is shown",
    problem: {
      ...problem,
      location: { ...location, column: 501 },
      sourceLine: `${"a".repeat(500)}bcd${"e".repeat(500)}`,
      length: 3,
      hint: undefined,
    },
    says: `lab.yaml:3:501: podCIDR 10.0.0.0/99: prefix length must be 0..32
…${"a".repeat(40)}bcd${"e".repeat(77)}…
${" ".repeat(41)}^~~`,
  },
];

for (const { title, problem: given, says } of rows) {
  test(title, (t) => {
    t.is(renderProblem(given), says);
  });
}
