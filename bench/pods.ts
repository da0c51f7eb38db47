/**
 * A lab of many pods on ten nodes, from the call until every pod is ready and every
 * rule synced, and its end: `node dist/bench/pods.js [PODS [ROUNDS]]`. The pods are the replicas of
 * ten deployments, each behind a Service, and none has a probe of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { up } from "../src/lab/up.ts";
import { median, printFigure, timed } from "./figure.ts";

const podCount = Number(process.argv[2] ?? 1000);
const count = Number(process.argv[3] ?? 3);
const NODES = 10;
const DEPLOYMENTS = 10;

/** JSON is YAML. */
function topology(): string {
  const nodes = Array.from({ length: NODES }, (_, index) => ({ name: `node${index}` }));
  const apiVersion = "podwire.dev/v1alpha1";
  const documents: object[] = [
    {
      apiVersion,
      kind: "Topology",
      metadata: { name: "bench" },
      spec: { nodes, dns: { enabled: false } },
    },
  ];
  for (let index = 0; index < DEPLOYMENTS; index++) {
    const name = `web${index}`;
    const labels = { app: name };
    const containers = [{ name: "web", image: "web", ports: [{ containerPort: 80 }] }];
    documents.push(
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name },
        spec: {
          replicas: podCount / DEPLOYMENTS,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name },
        spec: { selector: labels, ports: [{ port: 80 }] },
      },
    );
  }
  return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

const folder = mkdtempSync(path.join(tmpdir(), "podwire-bench-"));
try {
  const file = path.join(folder, "topology.yaml");
  writeFileSync(file, topology());
  const readyMs: number[] = [];
  const downMs: number[] = [];
  for (let round = 0; round < count; round++) {
    const startedAt = performance.now();
    await using lab = await up(file);
    readyMs.push(performance.now() - startedAt);
    const ready = (await lab.get("Pod")).length;
    if (ready !== podCount) throw new Error(`${ready} pods instead of ${podCount}`);
    downMs.push(await timed(() => lab.down()));
  }
  const bench = "pods";
  const pods = `${podCount.toLocaleString("en")} pods, ${NODES} nodes`;
  const rows = [
    [`${pods}: ready`, readyMs],
    [`${pods}: gone`, downMs],
  ] as const;
  for (const [what, rounds] of rows) {
    printFigure({ bench, what, unit: "ms", podwire: median(rounds), rounds });
  }
} finally {
  rmSync(folder, { recursive: true });
}
