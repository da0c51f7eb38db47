import test from "ava";
import type { Node, Taint } from "../../api/objects/cluster.ts";
import type { PodSpec } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";
import { eligibilityOf, withDaemonTolerations } from "./eligibility.ts";

interface Case {
  readonly title: string;
  readonly taints?: readonly Taint[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Partial<PodSpec>;
  readonly want: "leave" | "run" | "stay";
}

const cases: readonly Case[] = [
  { title: "a plain node", want: "run" },
  {
    title: "a NoSchedule taint",
    taints: [{ key: "gpu", effect: "NoSchedule" }],
    want: "stay",
  },
  { title: "a NoExecute taint", taints: [{ key: "gpu", effect: "NoExecute" }], want: "leave" },
  { title: "a mere preference", taints: [{ key: "gpu", effect: "PreferNoSchedule" }], want: "run" },
  {
    title: "a node that is not ready",
    taints: [
      { key: "node.kubernetes.io/not-ready", effect: "NoExecute" },
      { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
    ],
    want: "run",
  },
  {
    title: "a node without network, and a pod that needs it",
    taints: [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }],
    want: "stay",
  },
  {
    title: "a node without network, and a pod on the node's own",
    taints: [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }],
    spec: { hostNetwork: true },
    want: "run",
  },
  { title: "a label that is not there", spec: { nodeSelector: { disk: "ssd" } }, want: "leave" },
  {
    title: "a label that is there",
    spec: { nodeSelector: { disk: "ssd" } },
    labels: { disk: "ssd" },
    want: "run",
  },
  { title: "another node by name", spec: { nodeName: "node02" }, want: "leave" },
];

for (const { title, taints = [], labels = {}, spec, want } of cases) {
  test(`daemons and nodes: ${title}`, (t) => {
    const node: Node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node01", labels },
      spec: { taints },
    };
    const daemonSet: DaemonSet = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "agent" },
      spec: { selector: {}, template: { spec: { containers: [], ...spec } } },
    };
    const { shouldRun, mayStay } = eligibilityOf(node, daemonSet);
    t.is(shouldRun ? "run" : mayStay ? "stay" : "leave", want);
  });
}

test("tolerations that are there already are not added again", (t) => {
  const once = withDaemonTolerations({ containers: [], hostNetwork: true });
  t.is(once.tolerations?.length, 7);
  t.deepEqual(withDaemonTolerations(once), once);
});
