/**
 * Every flow of a lab, predicted from what kube-proxy has on the nodes, and sent.
 */
import { readdirSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import { parseQuestion } from "../../src/lab/inside/parse-request.ts";
import { drawFiles } from "../../src/lab/paper/draw-files.ts";
import { paperPrediction } from "../../src/lab/predict/paper-prediction.ts";
import { predictFlow } from "../../src/lab/predict/predict-flow.ts";
import type { PredictedEnd, Prediction } from "../../src/observe/prediction.ts";
import type { ProbeAttempt } from "../../src/observe/probe.ts";
import type { ProxyMode } from "../../src/topology/proxy-options.ts";
import { chiSquare } from "../chi-square.ts";
import { patient } from "../patience.ts";

const FOLDER = "topologies";

/** One flow in so many has an end that chance never chose. */
const FLOWS_PER_MISS = 1e7;
/** As many as the four thousand connections of a demonstration are, at a tenth of the time. */
const SAMPLE = 400;
/** What is answered is waited for, however busy the machine is. */
const PATIENCE_MS = patient(20_000);
/** What is dropped is waited for in vain. */
const IMPATIENCE_MS = 400;

/** A port that is drawn at random is the old one once in thirty thousand times: so often in one test, and no more. */
const KEPT_PORTS = 2;

/** So many pods ask; the others are on the same nodes and ask the same rules. */
const PODS = 5;

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp";
}

interface Predicted {
  readonly flow: Asked;
  /** From what the kernel has. */
  readonly live: Prediction;
}

export interface PredictionTests {
  /** In place of what the files say. */
  readonly proxyMode?: ProxyMode;
  /** Of topologies/, without `.yaml`. @default all */
  readonly names?: readonly string[];
}

/** A test for each topology, in a lab of its own. */
export function testPredictions({
  proxyMode,
  names = topologyNames(),
}: PredictionTests = {}): void {
  for (const file of names.map((name) => `${FOLDER}/${name}.yaml`)) {
    test.serial(
      `${file}: every flow ends where its prediction says, in the lab as on paper`,
      async (t) => {
        t.timeout(patient(300_000));
        await using lab = await up(file, { proxyMode });
        const flows = await flowsIn(lab);
        // A topology without Services has nothing to predict.
        if (flows.length === 0) return void t.pass();
        t.log(`${flows.length} flows`);
        const takesTurns = proxyMode === "userspace" || proxyMode === "ipvs";
        const predicted = takesTurns
          ? await checkTurns(t, lab, flows)
          : await checkDice(t, lab, flows);
        await checkPaper(t, predicted, { file, proxyMode });
      },
    );
  }
}

function topologyNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(/\.yaml$/, ""));
}

/** One after the other: two that ask by turns may have every second turn each, and never meet the others. */
async function checkTurns(
  t: ExecutionContext,
  lab: Lab,
  flows: readonly Asked[],
): Promise<readonly Predicted[]> {
  const addresses = await nodeAddresses(lab);
  const keptPorts: string[] = [];
  const tries = (ends: readonly PredictedEnd[]): number => 2 * ends.length;
  const predicted: Predicted[] = [];
  for (const flow of flows) {
    predicted.push(await check(t, lab, flow, { addresses, keptPorts, tries }));
  }
  t.true(keptPorts.length <= KEPT_PORTS, keptPorts.join(", "));
  return predicted;
}

async function checkDice(
  t: ExecutionContext,
  lab: Lab,
  flows: readonly Asked[],
): Promise<readonly Predicted[]> {
  const addresses = await nodeAddresses(lab);
  const keptPorts: string[] = [];
  const predicted = await eachOf(flows, (flow) =>
    check(t, lab, flow, { addresses, keptPorts, tries: triesToMeet }),
  );
  t.true(keptPorts.length <= KEPT_PORTS, keptPorts.join(", "));
  await checkShares(t, lab);
  return predicted;
}

/** What is predicted from the files is what was predicted from the kernel: of every fourth flow. */
async function checkPaper(
  t: ExecutionContext,
  predicted: readonly Predicted[],
  { file, proxyMode: mode }: { readonly file: string; readonly proxyMode: ProxyMode | undefined },
): Promise<void> {
  const paper = paperPrediction(await drawFiles([file], { mode }));
  for (const { flow, live } of predicted.filter((_, index) => index % 4 === 0)) {
    const onPaper = await predictFlow(paper, parseQuestion(flow));
    t.deepEqual(summary(onPaper), summary(live), `${flow.from} → ${flow.to}`);
  }
}

/** From every kind of place to every port of every Service, by each address that it has. */
async function flowsIn(lab: Lab): Promise<readonly Asked[]> {
  const { nodes, hosts, pods, services } = await lab.status();
  const machines = [
    ...nodes.map(({ name }) => `node/${name}`),
    ...pods
      .filter(({ runs }) => runs === "responder")
      .slice(0, PODS)
      .map(podPlace),
  ];
  return (
    services
      // Who answers there is no responder, and bears no witness.
      .filter(({ name }) => name !== "kubernetes" && name !== "kube-dns")
      .flatMap(({ clusterIP, ports }) =>
        portsOf(ports).flatMap(({ port, nodePort, protocol }) => {
          const inside = clusterIP.includes(".") ? [`${clusterIP}:${port}`] : [];
          // A port that the Service lacks: two places ask for it.
          const wrong = inside
            .flatMap(() => machines.slice(-2))
            .map((from) => {
              return { from, to: `${clusterIP}:1`, protocol };
            });
          const outside = nodes.map((node) => `node/${node.name}:${nodePort}`);
          const byNodePort = nodePort === undefined ? [] : outside;
          const own = nodePort === undefined ? [] : [`127.0.0.1:${nodePort}`];
          return [
            ...wrong,
            ...machines.flatMap((from) =>
              [...inside, ...byNodePort].map((to) => ({ from, to, protocol })),
            ),
            ...hosts.flatMap((host) =>
              byNodePort.map((to) => ({ from: `host/${host.name}`, to, protocol })),
            ),
            ...nodes.flatMap((node) =>
              own.map((to) => ({ from: `node/${node.name}`, to, protocol })),
            ),
          ];
        }),
      )
  );
}

/**
 * Several at a time: what is waited for in vain is waited for together. Few where the processor is emulated: the lab's one thread
 * also answers kubelet's probes, and a pod that is late for a published one-second probe is out of its Service.
 */
async function eachOf<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const queue = items.entries();
  const results: R[] = [];
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: patient(1) > 1 ? 2 : 6 }, take));
  return results;
}

function podPlace({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string {
  return `pod/${namespace}/${name}`;
}

/** `8080:31000/TCP,53/UDP`. */
function portsOf(text: string): ReadonlyArray<{
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly protocol: "tcp" | "udp";
}> {
  return Array.from(
    text.matchAll(/(\d+)(?::(\d+))?\/(TCP|UDP)/g),
    ([, port, nodePort, protocol]) => ({
      port: Number(port),
      nodePort: nodePort === undefined ? undefined : Number(nodePort),
      protocol: protocol === "UDP" ? "udp" : "tcp",
    }),
  );
}

/** Of every node all that its devices have. */
async function nodeAddresses(lab: Lab): Promise<ReadonlyMap<string, readonly string[]>> {
  const { nodes } = await lab.status();
  const entries = nodes.map(async ({ name }) => {
    const { stdout } = await lab.exec(`node/${name}`, ["ip", "-4", "-o", "address"]);
    return [name, Array.from(stdout.matchAll(/inet ([0-9.]+)/g), ([, ip = ""]) => ip)] as const;
  });
  return new Map(await Promise.all(entries));
}

async function check(
  t: ExecutionContext,
  lab: Lab,
  flow: Asked,
  {
    addresses,
    keptPorts,
    tries,
  }: {
    readonly addresses: ReadonlyMap<string, readonly string[]>;
    /** Gets a line for each connection of a node's own that was to be masqueraded and kept its port. */
    readonly keptPorts: string[];
    /** How often to ask where there are several ends. */
    readonly tries: (ends: readonly PredictedEnd[]) => number;
  },
): Promise<Predicted> {
  const live = await lab.predict(flow);
  const { ends } = live;
  const total = ends.reduce((sum, { probability }) => sum + probability, 0);
  t.true(Math.abs(total - 1) < 1e-9);
  const count = ends.length > 1 ? tries(ends) : 1;
  const { from, to, protocol } = flow;
  const isSilent = ends.every(
    ({ outcome, answerPasses }) =>
      outcome === "dropped" || outcome === "untouched" || answerPasses !== undefined,
  );
  const timeoutMs = isSilent ? IMPATIENCE_MS : PATIENCE_MS;
  // By HTTP the answer is waited for; a mere connection is made by userspace mode before there is a server.
  const kind = protocol === "tcp" ? "http" : protocol;
  const { attempts } = await lab.probe({ from, to, kind, count, timeoutMs });
  const met = new Set<PredictedEnd>();
  for (const attempt of attempts) {
    const end = ends.find((each) =>
      agrees(each, attempt, live.source, addresses.get(each.masqueradedBy ?? "") ?? []),
    );
    if (end === undefined) {
      t.fail(
        `${from} → ${to}: ${JSON.stringify(attempt)} was not predicted: ${JSON.stringify(ends)}`,
      );
    }
    met.add(end);
    if (end.masqueraded && keepsPort(attempt, live.source)) keptPorts.push(`${from} → ${to}`);
  }
  if (isHeld(live)) return { flow, live };
  // Ends without an answer look alike.
  const unheard = ends.filter(({ answerPasses }) => answerPasses !== undefined);
  const distinct = ends.length - Math.max(0, unheard.length - 1);
  t.is(met.size, distinct, `${from} → ${to}: not every end was met`);
  return { flow, live };
}

/** As often as it takes until an end that has not been met is none that chance passed over. */
function triesToMeet(ends: readonly PredictedEnd[]): number {
  const rarest = Math.min(...ends.map(({ probability }) => probability));
  return Math.ceil(Math.log(FLOWS_PER_MISS * ends.length) / -Math.log1p(-rarest));
}

function agrees(
  end: PredictedEnd,
  attempt: ProbeAttempt,
  source: string,
  nodeAddresses: readonly string[],
): boolean {
  switch (end.outcome) {
    case "endpoint": {
      if (end.answerPasses !== undefined) return attempt.reason === "timed out";
      const saw = attempt.serverSaw;
      if (saw === undefined) return false;
      if (`${saw.destination.address}:${saw.destination.port}` !== end.endpoint) return false;
      return end.masqueraded
        ? nodeAddresses.includes(saw.source.address)
        : saw.source.address === source;
    }
    case "rejected":
      return attempt.reason === "unreachable" || attempt.reason === "refused";
    case "closed":
      // Connected, and nobody said who is there.
      return attempt.serverSaw === undefined;
    case "dropped":
      return attempt.reason === "timed out";
    default:
      // Nothing has a ClusterIP; a port that no rule knows is nobody's.
      return !attempt.ok;
  }
}

/** A node's own process keeps its address when it is masqueraded, and gets another port. */
function keepsPort({ serverSaw, local }: ProbeAttempt, source: string): boolean {
  return serverSaw?.source.address === source && serverSaw.source.port === local?.port;
}

/** One Service with several endpoints, asked often: each endpoint has the share that the rules give it. */
async function checkShares(t: ExecutionContext, lab: Lab): Promise<void> {
  const { services, nodes } = await lab.status();
  const several = services.filter(
    ({ endpoints, clusterIP }) => endpoints.length > 1 && clusterIP.includes("."),
  );
  for (const { clusterIP, ports } of several.slice(0, 2)) {
    const [first] = portsOf(ports);
    if (first?.protocol !== "tcp") continue;
    const flow = { from: `node/${nodes.at(-1)?.name}`, to: `${clusterIP}:${first.port}` };
    const prediction = await lab.predict(flow);
    if (isHeld(prediction)) continue;
    const { ends } = prediction;
    const { attempts } = await lab.probe({ ...flow, kind: "tcp", count: SAMPLE });
    const counts = ends.map(
      ({ server }) => attempts.filter(({ serverSaw }) => serverSaw?.server === server).length,
    );
    t.is(
      counts.reduce((sum, count) => sum + count, 0),
      SAMPLE,
    );
    const shares = ends.map(({ probability }) => probability);
    const { value, bound } = chiSquare(counts, shares);
    t.true(value <= bound, `${flow.to}: ${counts.join(", ")} of ${shares.join(", ")}`);
  }
}

/** Affinity holds one client to one of the ends; which, is not the rules' to say. */
function isHeld({ ends }: Prediction): boolean {
  const words = /--set |@affinity-| -p \d+$| affinity \d+/;
  return ends.some(({ rules }) => rules.some(({ text }) => words.test(text)));
}

function summary({ source, destination, nodes, ends }: Prediction): unknown {
  const all = ends.map(({ rules: _rules, server: _server, probability, ...end }) => {
    return { ...end, probability: probability.toFixed(6) };
  });
  return { source, destination, nodes, ends: all };
}
