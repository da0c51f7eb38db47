import { fileURLToPath } from "node:url";
import test from "ava";
import { sourceStack } from "./source-stack.ts";

/** Compiled, this file has a map beside it, as the bundle has. */
const here = new Error("here").stack ?? "";

test("places of compiled files become places of the sources", (t) => {
  const source = fileURLToPath(import.meta.url)
    .replace("/dist/", "/")
    .replace(/\.js$/, ".ts");
  t.true(sourceStack(here).includes(`${source}:6:14`), sourceStack(here));
});

test("what has no map stays as it is", (t) => {
  const stack = "Error: x\n    at f (node:fs:1:2)\n    at file:///nowhere/at-all.js:3:4";
  t.is(sourceStack(stack), stack);
});
