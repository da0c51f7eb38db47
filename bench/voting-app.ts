/**
 * The voting application by the command line, each command from the start of its process to its
 * end, which is when the prompt comes back: `node dist/bench/voting-app.js [ROUNDS]`.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, printFigure, timed } from "./figure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const count = Number(process.argv[2] ?? 7);

function podwire(...args: readonly string[]): void {
  execFileSync(process.execPath, ["bin/podwire.js", ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** What every program in Node costs on this machine, however little it does. */
const nodeMs: number[] = [];
const upMs: number[] = [];
const downMs: number[] = [];
for (let round = 0; round < count; round++) {
  const name = `bench-${process.pid}-${round}`;
  nodeMs.push(await timed(() => execFileSync(process.execPath, ["-e", "0"])));
  upMs.push(await timed(() => podwire("up", "topologies/voting-app.yaml", "--name", name)));
  downMs.push(await timed(() => podwire("down", name)));
}
const bench = "voting-app";
const rows = [
  ["node -e 0, for comparison", nodeMs],
  ["podwire up, process start to exit", upMs],
  ["podwire down, process start to exit", downMs],
] as const;
for (const [what, rounds] of rows) {
  printFigure({ bench, what, unit: "ms", podwire: median(rounds), rounds });
}
