import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { checkDurationsFile } from "./durations-file.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "podwire-durations-test-"));
test.after.always(() => rmSync(scratch, { recursive: true }));

test("a file of durations that is there, or can be made, is left as it was", (t) => {
  const folder = mkdtempSync(path.join(scratch, "good-"));
  const file = path.join(folder, "durations.json");
  checkDurationsFile(file);
  checkDurationsFile(path.join(folder, "not/there/yet.json"));
  t.deepEqual(readdirSync(folder), []);
  const text = '{"minimal": {"setup": 312, "scenarios": {"a": 31}}}';
  writeFileSync(file, text);
  checkDurationsFile(file);
  t.is(readFileSync(file, "utf8"), text);
});

const notes = path.join(scratch, "notes.txt");
writeFileSync(notes, "something else");

for (const { title, file, error, says } of [
  {
    title: "a file of something else is not written over",
    file: notes,
    error: { code: "REPORT_FILE" },
    says: /notes\.txt: this is no file of durations$/,
  },
  {
    title: "a folder is no file",
    file: scratch,
    error: { code: "REPORT_FILE" },
    says: /^\/.*: EISDIR/,
  },
  {
    // The kernel lets nobody make anything there, root neither.
    title: "where nothing can be written, nothing is begun",
    file: "/sys/podwire/durations.json",
    error: { code: "HOST_FILE" },
    says: /^\/sys\/podwire\/durations\.json: /,
  },
]) {
  test(title, (t) => {
    t.throws(() => checkDurationsFile(file), { ...error, message: says });
  });
}
