/**
 * How soon a change is true for a pod on another node: `node dist/bench/changes.js [ROUNDS]`. What is asked is asked again as soon as it is
 * answered, so a figure has the time of one question in it.
 */
import { fileURLToPath } from "node:url";
import type { Service } from "../src/api/objects/service.ts";
import type { Lab } from "../src/lab/lab.ts";
import { up } from "../src/lab/up.ts";
import type { ProbeRequest } from "../src/observe/probe.ts";
import { median, printFigure, rounds } from "./figure.ts";

const count = Number(process.argv[2] ?? 10);
const topology = fileURLToPath(new URL("../../topologies/voting-app.yaml", import.meta.url));
const bench = "changes";
const from = "deploy/vote/worker";
const PATIENCE_MS = 10_000;
/** Of one question: a SYN that came before the rules is answered by nobody, and only asking anew finds them. */
const ATTEMPT_MS = 50;
/** How long after a pod's end connections are made to see whether one still gets there. */
const WATCH_MS = 600;

/** Milliseconds from now until the question is answered as wanted. */
async function until(lab: Lab, request: Omit<ProbeRequest, "from">): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < PATIENCE_MS) {
    const { ok } = await lab.probe({ from, timeoutMs: ATTEMPT_MS, ...request });
    if (ok) return performance.now() - startedAt;
  }
  throw new Error(`${request.kind} ${request.to}: not within ${PATIENCE_MS} ms`);
}

function service(name: string): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "vote" },
    spec: { selector: { app: "vote" }, ports: [{ port: 80 }] },
  };
}

/** Of a Service that is made now. */
async function created(lab: Lab, index: number, kind: "dns" | "tcp"): Promise<number> {
  const name = `late-${kind}-${index}`;
  await lab.apply(service(name));
  const full = `${name}.vote.svc.cluster.local`;
  return until(lab, kind === "dns" ? { kind, to: full } : { kind, to: `svc/vote/${name}:80` });
}

/** Until the last connection by the Service that a deleted pod answered. */
async function deleted(lab: Lab): Promise<number> {
  await lab.settled();
  const { pods } = await lab.status();
  const name = pods.find((pod) => pod.name.startsWith("vote-"))?.name ?? "";
  const startedAt = performance.now();
  await lab.delete("Pod", { namespace: "vote", name });
  let lastMs = 0;
  while (performance.now() - startedAt < WATCH_MS) {
    const askedMs = performance.now() - startedAt;
    const { attempts } = await lab.probe({
      kind: "tcp",
      from,
      to: "svc/vote/vote",
      timeoutMs: ATTEMPT_MS,
    });
    if (attempts[0]?.serverSaw?.server === `vote/${name}`) lastMs = askedMs;
  }
  return lastMs;
}

await using lab = await up(topology);
await lab.scale("deploy/vote/vote", 4);
await lab.settled();
const rows = {
  "a Service is made, until its name resolves": (index: number) => created(lab, index, "dns"),
  "a Service is made, until its ClusterIP connects": (index: number) => created(lab, index, "tcp"),
  "a pod is deleted, until no connection reaches it": () => deleted(lab),
} as const;
for (const [what, round] of Object.entries(rows)) {
  const values = await rounds(count, round);
  printFigure({ bench, what, unit: "ms", podwire: median(values), rounds: values });
}
