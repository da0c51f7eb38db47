import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { HostError } from "../base/podwire-error.ts";
import { checkOutputFolder } from "./output-folder.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "podwire-output-test-"));
test.after.always(() => rmSync(scratch, { recursive: true }));

test("a folder that is there, or can be made, is left as it was", (t) => {
  const empty = mkdtempSync(path.join(scratch, "empty-"));
  checkOutputFolder(empty);
  checkOutputFolder(path.join(empty, "not/there/yet"));
  t.deepEqual(readdirSync(empty), []);
});

const file = path.join(scratch, "file");
writeFileSync(file, "");

for (const { title, folder } of [
  { title: "a file is no folder", folder: file },
  { title: "below a file there is no folder", folder: path.join(file, "out") },
]) {
  test(`${title}, and refused by the name that was given`, (t) => {
    const error = t.throws(() => checkOutputFolder(folder), { instanceOf: HostError });
    t.is(error?.code, "HOST_FILE");
    t.is(error?.message, `${folder}: a file is in the way`);
  });
}

// The kernel lets nobody make anything there, root neither.
test("where nothing can be written, nothing is begun", (t) => {
  const error = t.throws(() => checkOutputFolder("/sys/podwire"), { instanceOf: HostError });
  t.is(error?.code, "HOST_FILE");
  t.regex(error?.message ?? "", /^\/sys\/podwire: /);
});
