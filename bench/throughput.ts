/**
 * How much one TCP stream from a pod to a pod of another node carries, over each pod network and over the same wires laid by hand:
 * `node dist/bench/throughput.js [NETWORK…]`, inside a sandbox, as root of its network.
 *
 * Both streams run at once and are read in turns, see turns.ts. Of each pair of turns the rates are divided, and the figure is the median of that: what the machine does
 * beside it hits both. All senders have one processor, all receivers the other.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Lab } from "../src/lab/lab.ts";
import { up } from "../src/lab/up.ts";
import type { NetworkVariant } from "../src/topology/raw/network-variant.ts";
import {
  BRIDGE_CALLS,
  type HandLaid,
  handLaidClient,
  handLaidServer,
  layByHand,
  type NodeRules,
  removeHandLaid,
} from "./by-hand.ts";
import { median, printFigure } from "./figure.ts";
import { pairedRatio } from "./paired-ratio.ts";
import type { Reception } from "./stream.ts";
import { monotonicMs, type Whose } from "./turns.ts";

const STREAM = path.join(import.meta.dirname, "stream.js");
const PORT = 5201;
/** New connections each round: not one that happens to be a slow one. */
const ROUNDS = 4;
const PAIRS = 16;
/** For two receivers to start in. */
const LEAD_MS = 800;

const handLaid: readonly HandLaid[] = [
  "bridge",
  "flannel/vxlan",
  "weave/fastdp",
  "calico/bgp",
  "calico/vxlan",
  ...(hasIpip() ? (["calico/ipip"] as const) : []),
];
const all: readonly NetworkVariant[] = [...handLaid, "weave/sleeve"];

/** JSON is YAML. */
function topology(): string {
  const pod = (name: string, nodeName: string, container: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { nodeName, containers: [{ name: "it", ...container }] },
  });
  const serve = onProcessor(0, [STREAM, "serve", `${PORT}`]);
  // Not asked again once it listens, which a readiness probe would be.
  const startupProbe = { tcpSocket: { port: PORT }, periodSeconds: 1, failureThreshold: 30 };
  const documents = [
    {
      apiVersion: "podwire.dev/v1alpha1",
      kind: "Topology",
      metadata: { name: "bench-throughput" },
      spec: {
        nodes: [{ name: "node01" }, { name: "node02" }],
        dns: { enabled: false },
        images: { serve: { command: serve } },
      },
    },
    pod("a", "node01", { image: "idle" }),
    pod("c", "node02", { image: "serve", startupProbe }),
  ];
  return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

function hasIpip(): boolean {
  try {
    execFileSync("ip", ["netns", "add", "probe"]);
    const devices = execFileSync("ip", ["-n", "probe", "-br", "link"], { encoding: "utf8" });
    if (devices.includes("tunl0")) return true;
    execFileSync("ip", ["-n", "probe", "link", "add", "tunl0", "type", "ipip"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  } finally {
    execFileSync("ip", ["netns", "delete", "probe"]);
  }
}

/** Mbit/s by pair. */
type Rates = readonly number[];

async function throughLab(lab: Lab, server: string, beginMs: number): Promise<Rates> {
  const receiver = receive(server, "first", beginMs);
  const { stdout, stderr } = await lab.exec("pod/a", receiver);
  if (stdout === "") throw new Error(stderr);
  return megabits(stdout);
}

async function byHand(beginMs: number): Promise<Rates> {
  const receiver = receive(handLaidServer, "second", beginMs);
  const args = ["netns", "exec", handLaidClient, ...receiver];
  const { stdout } = await promisify(execFile)("ip", args);
  return megabits(stdout);
}

function receive(host: string, whose: Whose, beginMs: number): readonly string[] {
  const reception: Reception = { host, port: PORT, beginMs, whose, pairs: PAIRS };
  return onProcessor(1, [STREAM, "receive", JSON.stringify(reception)]);
}

/** Senders on 0, receivers on 1: the scheduler is not to treat two streams differently. */
function onProcessor(processor: 0 | 1, script: readonly string[]): readonly string[] {
  const number = availableParallelism() > 1 ? processor : 0;
  return ["taskset", "-c", `${number}`, process.execPath, ...script];
}

function megabits(bytesPerSecond: string): Rates {
  const rates = JSON.parse(bytesPerSecond) as readonly number[];
  return rates.map((rate) => (rate * 8) / 1e6);
}

async function measure(file: string, network: NetworkVariant): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  await using lab = await up(file, { network });
  const { pods } = await lab.status();
  const address = pods.find(({ name }) => name === "c")?.podIP ?? "";
  const hand = handLaid.find((each) => each === network);
  const server = hand === undefined ? undefined : await startByHand(hand, await rulesOf(lab));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const beginMs = monotonicMs() + LEAD_MS;
      const streams = [throughLab(lab, address, beginMs), ...(server ? [byHand(beginMs)] : [])];
      const [first = [], second = []] = await Promise.all(streams);
      ours.push(...first);
      theirs.push(...second);
    }
  } finally {
    server?.kill();
    if (server !== undefined) removeHandLaid();
  }
  printFigure({
    bench: "throughput",
    what: `one TCP stream from pod to pod, over ${network}`,
    unit: "Mbit/s",
    podwire: median(ours),
    rounds: ours,
    ...(theirs.length > 0 && {
      against: {
        tool: "laid by ip",
        value: median(theirs),
        ratio: pairedRatio(ours, theirs),
      },
    }),
  });
}

async function rulesOf(lab: Lab): Promise<ReadonlyMap<string, NodeRules>> {
  const rules = new Map<string, NodeRules>();
  for (const { name } of (await lab.status()).nodes) {
    const { stdout: tables } = await lab.exec(`node/${name}`, ["iptables-save"]);
    const { stdout: sets } = await lab.exec(`node/${name}`, ["ipset", "save"]);
    const { stdout } = await lab.exec(`node/${name}`, ["sysctl", "-n", BRIDGE_CALLS]);
    rules.set(name, { tables, sets, bridgeCalls: stdout.trim() });
  }
  return rules;
}

/** Resolves with the sender once it listens. */
async function startByHand(network: HandLaid, rules: ReadonlyMap<string, NodeRules>) {
  layByHand(network, rules);
  const args = ["netns", "exec", "c", ...onProcessor(0, [STREAM, "serve", `${PORT}`])];
  const server = spawn("ip", args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(server.stdout, "data");
  return server;
}

const folder = mkdtempSync(path.join(tmpdir(), "podwire-bench-"));
try {
  const file = path.join(folder, "throughput.yaml");
  writeFileSync(file, topology());
  const asked = process.argv.slice(2);
  for (const network of all.filter((each) => asked.length === 0 || asked.includes(each))) {
    await measure(file, network);
  }
} finally {
  rmSync(folder, { recursive: true });
}
