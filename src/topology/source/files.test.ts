import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { describeFileError, displayName, nodeFiles } from "./files.ts";

const folder = mkdtempSync(path.join(tmpdir(), "podwire-files-"));
test.after.always(() => rmSync(folder, { recursive: true }));

function read(bytes: Uint8Array): string {
  const file = path.join(folder, "lab.yaml");
  writeFileSync(file, bytes);
  try {
    return nodeFiles.readFile(file);
  } catch (error) {
    return describeFileError(error);
  }
}

const text = "name: ähre\r\n";

for (const { title, bytes, gives } of [
  { title: "text in UTF-8 is read", bytes: Buffer.from(text), gives: text },
  { title: "a byte order mark is none of it", bytes: Buffer.from(`\ufeff${text}`), gives: text },
  {
    title: "Latin-1 is told, and not guessed at",
    bytes: Buffer.from(text, "latin1"),
    gives: "is not text in UTF-8",
  },
  {
    title: "so is what Windows calls Unicode",
    bytes: Buffer.from(`\ufeff${text}`, "utf16le"),
    gives: "is not text in UTF-8",
  },
]) {
  test.serial(title, (t) => t.is(read(bytes), gives));
}

test("messages call standard input what compilers call it, and a file as it was named", (t) => {
  t.is(displayName("-"), "<stdin>");
  t.is(displayName("lab/-"), "lab/-");
});
