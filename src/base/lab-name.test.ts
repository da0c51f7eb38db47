import test from "ava";
import { isLabName } from "./lab-name.ts";

for (const name of ["a", "voting-app", "a.b", "x".repeat(63)]) {
  test(`a lab's name: ${JSON.stringify(name)}`, (t) => t.true(isLabName(name)));
}

for (const name of ["", "-a", "a-", "A", "a/b", "a@b", "a b", "x".repeat(64)]) {
  test(`no lab's name: ${JSON.stringify(name)}`, (t) => t.false(isLabName(name)));
}
