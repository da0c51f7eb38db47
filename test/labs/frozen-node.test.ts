/** What a node does wrong that does not know yet. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { type Lab, type LabCapture, up } from "../../src/index.ts";
import { decodeCaptured } from "../../src/observe/captured-packet.ts";
import { patience, patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

test("every scenario of the frozen node holds", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = "topologies/frozen-node.yaml";
  const { exitCode, stdout } = await runPodwire(["test", file, "--output", folder.path]);
  t.is(exitCode, 0, stdout);
});

/**
 * The rolling update of topologies/rolling-update.yaml, whose pods serve for five seconds when they are told to end,
 * all of them on one node, so that what the other node sends them passes its wire after translation.
 */
async function rollingUpdate(folder: ScratchFolder): Promise<string> {
  const file = path.join(folder.path, "rolling-update.yaml");
  const written = await readFile("topologies/rolling-update.yaml", "utf8");
  const [manifests = ""] = written.split("apiVersion: podwire.dev/v1alpha1\nkind: Scenario");
  const changed = manifests
    .replace("      containers:\n", "      nodeName: node01\n      containers:\n")
    .replace(
      "spec: {containers: [{name: client,",
      "spec: {nodeName: node02, containers: [{name: client,",
    );
  await writeFile(file, changed + load);
  return file;
}

/** Two hundred connections a second. What became of them the wires say: a probe may lose patience where a machine is busy. */
const load = `apiVersion: v1
kind: Pod
metadata: {name: witness}
spec: {nodeName: node01, containers: [{name: witness, image: client}]}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: rolling update}
spec: {steps: [{rollout: {deployment: default/web, within: 300s}}]}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: load}
spec:
  steps:
    - during:
        probe: {from: pod/client, tcp: svc/web, timeout: 1s}
        every: 10ms
        steps:
          - during:
              probe: {from: pod/witness, tcp: svc/web, timeout: 1s}
              every: 10ms
              steps: [{wait: {endpoints: default/web, count: 5, within: 300s}}]
            expect: {answered: {atLeast: 1}}
      expect: {answered: {atLeast: 1}}
`;

test("a rolling update that one node does not hear of for two seconds fails what it must there, and nothing else", async (t) => {
  t.timeout(patient(120_000));
  await using folder = await ScratchFolder.create();
  await using lab = await up(await rollingUpdate(folder));
  const oldPods = await podIPs(lab);
  const endedMs = new Map<string, number>();
  let syncedMs = 0;
  const listening = new AbortController();
  const heard = lab.events((event) => {
    if (event.type === "rules-synced" && event.node === "node02") syncedMs = Date.now();
    if (event.type !== "object-changed" || event.change !== "DELETED" || event.kind !== "Pod")
      return;
    const ip = oldPods.get(event.name);
    if (ip !== undefined) endedMs.set(ip, Date.now());
  }, listening.signal);
  await using capture = await lab.capture(
    ["pod/default/client", "pod/default/witness", "node/node02"],
    { captureFilter: "tcp[tcpflags] & tcp-syn != 0" },
  );

  const loaded = lab.run("load", { outputDirectory: folder.path });
  await lab.fail("kube-proxy@node02");
  const frozenMs = Date.now();
  const updated = lab.run("rolling update");
  const waiting = { intervalMs: 5, signal: patience(60_000) };
  await until(async () => endedMs.size > 0 || undefined, waiting);
  // Two seconds in which it sends to a pod that is gone.
  await lab.exec("host/laptop", ["sleep", "2"]);
  const healedMs = Date.now();
  await lab.heal("kube-proxy@node02");
  const thawedMs = await until(async () => (syncedMs > healedMs ? syncedMs : undefined), waiting);
  t.is(await updated, "passed");
  await lab.exec("host/laptop", ["sleep", "1"]);
  // What the load waits for.
  await lab.scale("deploy/web", 5);
  const outcome = await loaded;
  listening.abort();
  await heard.catch(() => undefined);

  t.is(outcome, "passed");
  const connections = await connectionsOf(capture);
  const { droppedByKernel } = await capture.stop();
  t.log(`${droppedByKernel} packets were not captured`);
  const ofClient = connections.filter(({ from }) => from === "client");
  // A socket closes a moment after its pod is said to be gone.
  const isDoomed = ({ at, pod }: Connection): boolean => at > (endedMs.get(pod) ?? at) + 1_000;
  const doomed = ofClient.filter(isDoomed);
  t.true(doomed.length > 0, "node02 has sent nothing to a pod that is gone");
  t.deepEqual(
    doomed.filter(({ answered }) => answered),
    [],
  );
  const lost = ofClient.filter(({ answered }) => !answered);
  t.log(`${lost.length} of ${ofClient.length} connections from node02 failed`);
  for (const { at, pod } of lost) {
    const when = `to ${pod}, ${Math.round(at - frozenMs)} ms after node02 froze`;
    t.true([...oldPods.values()].includes(pod), `failed though no old pod was chosen: ${when}`);
    t.true(at > frozenMs + 5_000, `failed while every pod still served: ${when}`);
    t.true(at < thawedMs, `failed though the node knew better: ${when}`);
  }
  t.true(
    ofClient.filter(({ at }) => at > thawedMs).length > 50,
    "too little was tried after the thaw",
  );
  const ofWitness = connections.filter(({ from }) => from === "witness");
  t.true(ofWitness.length > 100);
  const refused = ofWitness.filter(({ answered }) => !answered);
  t.deepEqual(
    refused.map(({ at }) => at - frozenMs),
    [],
    "the other node knew all the time",
  );
});

/** By name, of the pods of the Deployment. */
async function podIPs(lab: Lab): Promise<ReadonlyMap<string, string>> {
  const { pods } = await lab.status();
  const ofWeb = pods.filter(({ name }) => name.startsWith("web-"));
  return new Map(ofWeb.map(({ name, podIP }) => [name, podIP]));
}

interface Connection {
  /** The pod that asked. */
  readonly from: "client" | "witness";
  /** Milliseconds since the epoch: of its first SYN. */
  readonly at: number;
  /** To whom node02 translated it; empty for the witness, which is on the other node. */
  readonly pod: string;
  readonly answered: boolean;
}

/** What the wires say: at who asks, whether there was an answer; at the node, which pod was chosen. */
async function connectionsOf(capture: LabCapture): Promise<readonly Connection[]> {
  const asked = await segments(capture, "tcp.flags.syn == 1 && tcp.flags.ack == 0");
  const answers = await segments(capture, "tcp.flags.syn == 1 && tcp.flags.ack == 1");
  // At the node, too: where a machine is busy, a capture may lose a packet.
  const answered = new Set(
    answers.map(({ at, to }) => `${at === "node02" ? "client" : at} ${to.port}`),
  );
  const isNode = ({ at }: Segment): boolean => at === "node02";
  const chosen = new Map(asked.filter(isNode).map(({ from, to }) => [from.port, to.address]));
  const connections = new Map<string, Connection>();
  for (const { at, from, to, ms } of asked) {
    const key = `${at} ${from.port}`;
    // What is for a pod that is gone, the bridge sends to every port, and so past the witness.
    const isOwn = at !== "node02" && to.port === 80;
    // A second SYN is the first one's again.
    if (!isOwn || connections.has(key)) continue;
    const pod = at === "client" ? (chosen.get(from.port) ?? "") : "";
    connections.set(key, { from: at, at: ms, pod, answered: answered.has(key) });
  }
  return [...connections.values()];
}

interface Segment {
  /** Where it was seen. */
  readonly at: Connection["from"] | "node02";
  readonly ms: number;
  readonly from: End;
  readonly to: End;
}

interface End {
  readonly address: string;
  readonly port: number;
}

async function segments(capture: LabCapture, where: string): Promise<readonly Segment[]> {
  const packets = await capture.packets(where);
  return decodeCaptured(packets).flatMap(({ layers, interfaceName, timestampNs }) => {
    const ip = layers.find((layer) => layer.type === "ip");
    const tcp = layers.find((layer) => layer.type === "tcp");
    const at = places.find((place) => interfaceName.includes(place));
    if (ip === undefined || tcp === undefined || at === undefined) return [];
    return {
      at,
      ms: Number(timestampNs / 1_000n) / 1_000,
      from: { address: ip.source, port: tcp.sourcePort },
      to: { address: ip.destination, port: tcp.destinationPort },
    };
  });
}

const places = ["client", "witness", "node02"] as const;
