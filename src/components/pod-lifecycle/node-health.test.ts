import test from "ava";
import { healthTaints } from "./node-health.ts";

for (const { title, ready, unschedulable = false, want } of [
  { title: "a ready node", ready: "True", want: [] },
  { title: "a node that has not spoken yet", ready: undefined, want: [] },
  {
    title: "a node that is not ready",
    ready: "False",
    want: ["not-ready:NoSchedule", "not-ready:NoExecute"],
  },
  {
    title: "a node that fell silent",
    ready: "Unknown",
    want: ["unreachable:NoSchedule", "unreachable:NoExecute"],
  },
  {
    title: "a cordoned node",
    ready: "True",
    unschedulable: true,
    want: ["unschedulable:NoSchedule"],
  },
] as const) {
  test(`${title} has the taints [${want.join(", ")}]`, (t) => {
    const taints = healthTaints({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node01" },
      spec: { unschedulable },
      status: { conditions: ready === undefined ? [] : [{ type: "Ready", status: ready }] },
    });
    t.deepEqual(
      taints.map(({ key, effect }) => `${key}:${effect}`),
      want.map((each) => `node.kubernetes.io/${each}`),
    );
  });
}
