/**
 * What a capture costs: until no packet is missed any more, and until what was sent is
 * there to be read: `node dist/bench/capture.js [ROUNDS]`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { up } from "../src/lab/up.ts";
import { median, printFigure, timed } from "./figure.ts";

const count = Number(process.argv[2] ?? 7);
const topology = fileURLToPath(new URL("../../topologies/voting-app.yaml", import.meta.url));
const PROBES = 100;
/** SYN, SYN-ACK, ACK, and at least one segment with data: fewer would mean that packets were lost. */
const LEAST_PACKETS = PROBES * 4;

/** Until tcpdump says that it listens, which is before it has its first packet. */
async function plainTcpdump(): Promise<void> {
  const child = spawn("tcpdump", ["-i", "lo", "-U", "-w", "-"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const text of child.stderr.setEncoding("utf8")) {
    if (String(text).includes("listening on")) break;
  }
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

const startMs: number[] = [];
const plainMs: number[] = [];
const threeMs: number[] = [];
const drainMs: number[] = [];
const readMs: number[] = [];
const stopMs: number[] = [];
await using lab = await up(topology);
for (let round = 0; round < count; round++) {
  plainMs.push(await timed(plainTcpdump));
  const startedAt = performance.now();
  await using one = await lab.capture("deploy/vote/worker");
  startMs.push(performance.now() - startedAt);
  drainMs.push(await timed(() => one.packets("frame.len == 0")));
  await lab.probe({
    kind: "tcp",
    from: "deploy/vote/worker",
    to: "svc/vote/redis:6379",
    count: PROBES,
  });
  let packets = 0;
  readMs.push(
    await timed(async () => {
      packets = (await one.packets()).length;
    }),
  );
  if (packets < LEAST_PACKETS) throw new Error(`${packets} packets of ${PROBES} connections`);
  stopMs.push(await timed(() => one.stop()));
  const threeAt = performance.now();
  await using _three = await lab.capture(["node/master", "node/node01", "node/node02"]);
  threeMs.push(performance.now() - threeAt);
}

const bench = "capture";
const against = { tool: "tcpdump, until it says that it listens", value: median(plainMs) };
const rows = [
  ["capture, 1 interface: ready", startMs, { against }],
  ["capture, 3 interfaces: ready", threeMs, {}],
  ["capture: drain, nothing to read", drainMs, {}],
  ["capture: drain and read 100 connections", readMs, {}],
  ["capture: stop", stopMs, {}],
] as const;
for (const [what, rounds, more] of rows) {
  printFigure({ bench, what, unit: "ms", podwire: median(rounds), rounds, ...more });
}
