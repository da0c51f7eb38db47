/**
 * How long until every node of a full mesh knows every route: `node dist/bench/mesh.js [NODES… ]`. A BIRD on each
 * node, a pod on each, from the call of `up()` until each kernel has a route to each other node's block.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { up } from "../src/lab/up.ts";
import { median, printFigure, rounds, timed } from "./figure.ts";

const sizes = process.argv.slice(2).map(Number);
const ROUNDS = 3;

/** JSON is YAML. */
function topology(nodeCount: number, plugin: string): string {
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({ name: `node${index}` }));
  const labels = { app: "web" };
  const containers = [{ name: "web", image: "web", ports: [{ containerPort: 80 }] }];
  const documents = [
    {
      apiVersion: "podwire.dev/v1alpha1",
      kind: "Topology",
      metadata: { name: "bench-mesh" },
      spec: { nodes, network: { plugin }, dns: { enabled: false } },
    },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "web" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

const folder = mkdtempSync(path.join(tmpdir(), "podwire-bench-"));
try {
  for (const nodeCount of sizes.length > 0 ? sizes : [10, 50]) {
    for (const { plugin, title } of [
      { plugin: "bridge", title: "routes by the lab" },
      { plugin: "calico", title: "routes by BGP, full mesh" },
    ]) {
      const file = path.join(folder, `${plugin}-${nodeCount}.yaml`);
      writeFileSync(file, topology(nodeCount, plugin));
      const ready = await rounds(ROUNDS, () =>
        timed(async () => {
          await using _lab = await up(file);
        }),
      );
      const what = `${nodeCount} nodes, ${title}: up and down`;
      printFigure({ bench: "mesh", what, unit: "ms", podwire: median(ready), rounds: ready });
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
