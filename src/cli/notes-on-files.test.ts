import test from "ava";
import { notesOnFiles } from "./notes-on-files.ts";

test("of files with nothing odd, nothing is said", (t) => {
  t.is(notesOnFiles({ problems: [], openChoices: [] }), "");
});

test("warnings come first, and then which of a matrix's variants it is", (t) => {
  const location = { file: "lab.yaml", line: 3, column: 5, path: "" };
  const said = notesOnFiles({
    problems: [
      {
        severity: "warning",
        code: "TOPOLOGY_SUSPECT",
        message: "Service web: selects no pod",
        location,
        length: 1,
        sourceLine: undefined,
        hint: undefined,
      },
    ],
    openChoices: [{ option: "--network", among: ["bridge", "weave"] }],
  });
  t.is(
    said,
    `lab.yaml:3:5: warning: Service web: selects no pod

note: the matrix has bridge, weave, and this is bridge; choose with --network
`,
  );
});
