import test from "ava";
import type { LabEvent } from "../observe/event.ts";
import { Progress } from "./progress.ts";

const pod = { type: "pod-ready", namespace: "vote", node: "node01", podIP: "10.244.1.2" } as const;
const events: readonly LabEvent[] = [
  { type: "phase-started", phase: "fabric", detail: "2 nodes" },
  { ...pod, pod: "a", afterMs: 1 },
  { type: "warning", message: "no endpoints", location: { file: "a.yaml", line: 3, column: 5 } },
  { ...pod, pod: "b", afterMs: 2 },
  { type: "rules-synced", node: "node01", elapsedMs: 1, at: "2026-01-01T00:00:00Z" },
];

function show(canRedraw: boolean): string {
  let text = "";
  {
    using progress = new Progress({
      out: () => undefined,
      err: (more) => {
        text += more;
      },
      colour: "plain",
      canRedraw,
    });
    for (const event of events) progress.event(event);
  }
  return text.replaceAll("\r\u001b[K", "<clear>");
}

test("elsewhere than on a terminal, a line a phase", (t) => {
  t.is(show(false), "fabric: 2 nodes\nwarning: a.yaml:3:5: no endpoints\n");
});

test("on a terminal one line is drawn anew, warnings stay, and nothing is left at the end", (t) => {
  t.is(
    show(true),
    "fabric: 2 nodes<clear>pods: 1 ready<clear>warning: a.yaml:3:5: no endpoints\npods: 2 ready<clear>",
  );
});
