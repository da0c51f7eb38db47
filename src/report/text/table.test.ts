import test from "ava";
import { renderTable } from "./table.ts";

test("columns are as wide as their widest cell, the last one is not padded", (t) => {
  t.is(
    renderTable(
      ["name", "ready", "ip"],
      [
        ["redis-5c5f7b7d9d-x2k4q", "1/1", "10.244.1.2"],
        ["a", "0/1", ""],
      ],
    ),
    `NAME                     READY   IP
redis-5c5f7b7d9d-x2k4q   1/1     10.244.1.2
a                        0/1
`,
  );
});

test("a table without rows is its headers", (t) => {
  t.is(renderTable(["name", "ready"], []), "NAME   READY\n");
});
