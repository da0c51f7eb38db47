/**
 * How much one TCP stream from a pod to a pod of another node carries, over each pod network and over the same wires laid by hand, in turn:
 * `node dist/bench/throughput.js [NETWORK…]`, inside a sandbox, as root of its network.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

const STREAM = path.join(import.meta.dirname, "stream.js");
const ROUNDS = 15;
const ROUND_MS = 600;

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
  const pod = (name: string, nodeName: string, image: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { nodeName, containers: [{ name: "it", image }] },
  });
  const serve = [process.execPath, STREAM, "serve"];
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
    pod("a", "node01", "idle"),
    pod("c", "node02", "serve"),
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

/** Mbit/s. */
async function throughLab(lab: Lab): Promise<number> {
  const { pods } = await lab.status();
  const server = pods.find(({ name }) => name === "c")?.podIP ?? "";
  const { stdout, stderr } = await lab.exec("pod/a", receiver(server));
  if (stdout === "") throw new Error(stderr);
  return megabits(stdout);
}

async function byHand(): Promise<number> {
  const args = ["netns", "exec", handLaidClient, ...receiver(handLaidServer)];
  const { stdout } = await promisify(execFile)("ip", args);
  return megabits(stdout);
}

function receiver(server: string): readonly string[] {
  return [process.execPath, STREAM, server, `${ROUND_MS}`];
}

function megabits(bytesPerSecond: string): number {
  return (Number(bytesPerSecond) * 8) / 1e6;
}

async function measure(file: string, network: NetworkVariant): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  await using lab = await up(file, { network });
  const hand = handLaid.find((each) => each === network);
  const server = hand === undefined ? undefined : startByHand(hand, await rulesOf(lab));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await throughLab(lab));
      if (server !== undefined) theirs.push(await byHand());
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
    ...(theirs.length > 0 && { against: { tool: "laid by ip", value: median(theirs) } }),
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

function startByHand(network: HandLaid, rules: ReadonlyMap<string, NodeRules>) {
  layByHand(network, rules);
  const args = ["netns", "exec", "c", process.execPath, STREAM, "serve"];
  return spawn("ip", args, { stdio: "ignore" });
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
