/**
 * The voting application by the command line, each command from the start of its process to its
 * end, which is when the prompt comes back: `node dist/bench/voting-app.js [ROUNDS]`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { median, printFigure, timed } from "./figure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const count = Number(process.argv[2] ?? 7);

function podwire(...args: readonly string[]): void {
  execFileSync(process.execPath, ["bin/podwire.js", ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

const TOPOLOGY = path.join(root, "topologies/voting-app.yaml");

/** The same nodes, hosts and manifests without CoreDNS, which is a container that must start and answer. */
function writeWithoutDns(folder: string): string {
  const [topology] = parseAllDocuments(readFileSync(TOPOLOGY, "utf8"));
  topology?.setIn(["spec", "dns"], { enabled: false });
  topology?.setIn(["spec", "manifests", 0, "path"], path.join(root, "topologies/voting-app"));
  const file = path.join(folder, "voting-app.yaml");
  writeFileSync(file, String(topology));
  return file;
}

/** What every program in Node costs on this machine, however little it does. */
const nodeMs: number[] = [];
const upMs: number[] = [];
const upWithDnsMs: number[] = [];
const downMs: number[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "podwire-bench-"));
try {
  const withoutDns = writeWithoutDns(folder);
  for (let round = 0; round < count; round++) {
    const name = `bench-${process.pid}-${round}`;
    nodeMs.push(await timed(() => execFileSync(process.execPath, ["-e", "0"])));
    upMs.push(await timed(() => podwire("up", withoutDns, "--name", name)));
    downMs.push(await timed(() => podwire("down", name)));
    upWithDnsMs.push(await timed(() => podwire("up", TOPOLOGY, "--name", name)));
    podwire("down", name);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const bench = "voting-app";
const rows = [
  ["node -e 0, for comparison", nodeMs],
  ["podwire up without DNS, process start to exit", upMs],
  ["podwire up with CoreDNS", upWithDnsMs],
  ["podwire down, process start to exit", downMs],
] as const;
for (const [what, rounds] of rows) {
  printFigure({ bench, what, unit: "ms", podwire: median(rounds), rounds });
}
