/** docs/errors.md lists every code that an error of ours can have, and no other. */
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { errorClasses } from "./error-codes.ts";

const text = readFileSync(path.resolve(import.meta.dirname, "../../docs/errors.md"), "utf8");
const documented = [...text.matchAll(/^\| `(?<code>[A-Z_*]+)` \|/gm)].map(
  ({ groups }) => groups?.["code"] ?? "",
);
const classes = errorClasses();

test("the source is understood: classes are found, and each has codes", (t) => {
  const names = classes.map(({ name }) => name);
  for (const name of ["TopologyError", "KernelError", "ApiError", "LabError", "RunError"]) {
    t.true(names.includes(name), name);
  }
  t.deepEqual(
    classes.filter(({ codes }) => codes.length === 0),
    [],
  );
});

for (const { name, codes } of classes) {
  test(`every code of ${name} has its line`, (t) => {
    t.deepEqual(
      codes.filter((code) => !documented.includes(code)),
      [],
    );
  });
}

test("no line is left over from a code that is gone, and none is there twice", (t) => {
  const known = new Set(classes.flatMap(({ codes }) => codes));
  t.deepEqual(
    documented.filter((code) => !known.has(code)),
    [],
  );
  t.is(new Set(documented).size, documented.length);
});

test("every line has a meaning and says what to do", (t) => {
  const rows = text.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
  for (const row of rows) {
    const cells = row.split("|").slice(1, -1);
    t.true(cells.length >= 3 && cells.every((cell) => cell.trim() !== ""), row);
  }
});
