import { execFileSync } from "node:child_process";
import path from "node:path";
import test from "ava";

const program = path.join(import.meta.dirname, "descriptors-left.js");

for (const { title, work } of [
  { title: "namespaces made and disposed of", work: "namespaces" },
  { title: "netlink sockets", work: "dumps" },
  { title: "ten thousand connections, refused and accepted,", work: "connections" },
]) {
  test(`${title} leave no descriptor open`, (t) => {
    t.is(execFileSync(process.execPath, [program, work], { encoding: "utf8" }), "0\n");
  });
}
