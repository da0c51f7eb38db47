import test from "ava";
import type { LabEvent } from "../../observe/event.ts";
import { describeEvent } from "./event-text.ts";

const changed = {
  type: "object-changed",
  change: "ADDED",
  kind: "Pod",
  namespace: "vote",
  name: "redis-0",
  summary: "Ready 10.244.1.2 on node01",
  at: "2026-01-01T00:00:00Z",
} as const;
const step = { scenario: "it holds", step: 0, title: "probe", elapsedMs: 1 } as const;

const rows: ReadonlyArray<readonly [LabEvent, string]> = [
  [changed, "2026-01-01T00:00:00Z  ADDED     pod/vote/redis-0  Ready 10.244.1.2 on node01"],
  [
    { ...changed, change: "MODIFIED", kind: "Node", namespace: "", name: "node01", summary: "" },
    "2026-01-01T00:00:00Z  MODIFIED  node/node01",
  ],
  [
    { type: "rules-synced", node: "node01", elapsedMs: 12, at: "2026-01-01T00:00:00Z" },
    "2026-01-01T00:00:00Z  SYNCED    rules of node/node01, in 12 ms",
  ],
  [
    {
      type: "pod-ready",
      namespace: "vote",
      pod: "redis-0",
      node: "node01",
      podIP: "10.244.1.2",
      afterMs: 5,
    },
    "pod/vote/redis-0 ready at 10.244.1.2 on node/node01",
  ],
  [{ type: "warning", message: "no endpoints" }, "warning: no endpoints"],
  [{ type: "phase-started", phase: "pods", detail: "3 objects" }, "pods: 3 objects"],
  [{ type: "phase-finished", phase: "pods", elapsedMs: 1_500 }, "pods done in 1.5 s"],
  [
    { type: "lab-ready", lab: "demo", elapsedMs: 640, nodes: 1, pods: 1, services: 1 },
    "demo ready in 640 ms",
  ],
  [{ type: "scenario-started", scenario: "it holds", steps: 2 }, "scenario: it holds"],
  [{ type: "step-passed", ...step, detail: "0.41 ms" }, "  ✓ probe  0.41 ms"],
  [{ type: "step-passed", ...step }, "  ✓ probe"],
  [
    { type: "step-failed", ...step, failure: { code: "X", message: "refused", artifacts: [] } },
    "  ✗ probe: refused",
  ],
  [
    { type: "scenario-finished", scenario: "it holds", outcome: "passed", elapsedMs: 1 },
    "scenario passed: it holds",
  ],
];

for (const [event, text] of rows) {
  test(`an event in a line: ${text.trim()}`, (t) => {
    t.is(describeEvent(event), text);
  });
}
