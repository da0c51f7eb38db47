import test from "ava";
import { HostError, KernelError, TopologyError } from "../base/podwire-error.ts";
import { LabError } from "../lab/lab-error.ts";
import { loadTopology } from "../topology/load.ts";
import { InvalidTopologyError } from "../topology/source/problem.ts";
import { renderProblems } from "../topology/source/render-problem.ts";
import { Interrupted } from "./interrupt.ts";
import { reportError } from "./report-error.ts";

const location = { file: "lab.yaml", line: 3, column: 14, path: "spec" };

function report(error: unknown): readonly [number, string] {
  let text = "";
  const status = reportError(error, {
    out: () => undefined,
    err: (more) => {
      text += more;
    },
    colour: "plain",
    canRedraw: false,
  });
  return [status, text];
}

const rows: ReadonlyArray<{
  readonly title: string;
  readonly error: unknown;
  readonly status: number;
  readonly text: string;
}> = [
  {
    title: "a mistake in a file",
    error: new TopologyError("TOPOLOGY_BAD_CIDR", "pod CIDR 10.0.0.0/99: bad", { location }),
    status: 2,
    text: "podwire: lab.yaml:3:14: pod CIDR 10.0.0.0/99: bad (TOPOLOGY_BAD_CIDR)\n",
  },
  {
    title: "a host that lacks something, and what helps",
    error: new HostError("HOST_PROGRAM", "tcpdump: not found", { hint: "apt install tcpdump" }),
    status: 3,
    text: "podwire: tcpdump: not found (HOST_PROGRAM)\n  hint: apt install tcpdump\n",
  },
  {
    title: "several things, a line each",
    error: new LabError({
      code: "LAB_NOT_READY",
      message: "2 pods not ready\n  a\n  b",
      exitCode: 1,
    }),
    status: 1,
    text: "podwire: 2 pods not ready (LAB_NOT_READY)\n  a\n  b\n",
  },
  {
    title: "a refusal of the kernel",
    error: new KernelError("unshare", "EPERM", { errno: 1 }),
    status: 3,
    text: "podwire: unshare: EPERM (KERNEL_EPERM)\n",
  },
  {
    title: "a disk that is full",
    error: Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
      path: "podwire-output/rules.txt",
    }),
    status: 3,
    text: "podwire: podwire-output/rules.txt: no space left (HOST_FILE)\n",
  },
  { title: "Ctrl-C", error: new Interrupted("interrupted"), status: 130, text: "" },
];

for (const { title, error, status, text } of rows) {
  test(`an error at the end: ${title}`, (t) => {
    t.deepEqual(report(error), [status, text]);
  });
}

test("all mistakes of a file are shown, and counted", (t) => {
  const { problems } = loadTopology(["lab.yaml"], { readFile: () => "kind: [" });
  t.not(problems.length, 0);
  const [status, text] = report(new InvalidTopologyError(problems));
  t.is(status, 2);
  t.true(text.startsWith(renderProblems(problems)));
  t.regex(text, /\n\n\d+ mistakes?\n$/);
});

test("a bug shows its stack and asks for a report", (t) => {
  const [status, text] = report(new TypeError("x is undefined"));
  t.is(status, 70);
  t.regex(
    text,
    /^podwire: this is a bug in podwire; please report it .*\nTypeError: x is undefined\n/,
  );
  t.regex(text, /report-error\.test/);
});

test("a bug inside the lab shows the stack from there", (t) => {
  const error = new LabError({
    code: "BUG",
    message: "x",
    exitCode: 70,
    stack: "Error: x\n  at lab",
  });
  const [status, text] = report(error);
  t.is(status, 70);
  t.true(text.endsWith("\nError: x\n  at lab\n"));
});
