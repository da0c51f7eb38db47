import test from "ava";
import type { Node, Taint } from "../objects/cluster.ts";
import type { PodSpec, Toleration } from "../objects/pod.ts";
import {
  matchesNodeRequirements,
  type NodeSelectorTerm,
  onlyNode,
  pinToNode,
} from "./node-affinity.ts";
import { tolerates } from "./toleration.ts";

const node: Node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node01", labels: { disk: "ssd", size: "8" } },
  spec: {},
};

function requiring(...nodeSelectorTerms: readonly NodeSelectorTerm[]): PodSpec {
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  const spec = { containers: [], affinity: { nodeAffinity } };
  return spec;
}

const ssd = { key: "disk", operator: "In", values: ["ssd"] } as const;
const hdd = { key: "disk", operator: "In", values: ["hdd"] } as const;

for (const { title, spec, want } of [
  { title: "no wish", spec: { containers: [] }, want: true },
  {
    title: "one term of two",
    spec: requiring({ matchExpressions: [hdd] }, { matchExpressions: [ssd] }),
    want: true,
  },
  { title: "all of a term", spec: requiring({ matchExpressions: [ssd, hdd] }), want: false },
  { title: "an empty term", spec: requiring({}), want: false },
  {
    title: "a larger number",
    spec: requiring({ matchExpressions: [{ key: "size", operator: "Gt", values: ["7"] }] }),
    want: true,
  },
  {
    title: "a smaller number",
    spec: requiring({ matchExpressions: [{ key: "size", operator: "Lt", values: ["8"] }] }),
    want: false,
  },
  {
    title: "not a label that is absent",
    spec: requiring({ matchExpressions: [{ key: "gpu", operator: "NotIn", values: ["a"] }] }),
    want: true,
  },
  { title: "another name", spec: pinToNode({ containers: [] }, "node02"), want: false },
  {
    title: "its name, and a nodeSelector that does not fit",
    spec: { ...pinToNode({ containers: [] }, "node01"), nodeSelector: { disk: "hdd" } },
    want: false,
  },
]) {
  test(`a node ${want ? "meets" : "does not meet"} ${title}`, (t) => {
    t.is(matchesNodeRequirements(node, spec), want);
  });
}

test("a pod pinned to a node names it, in place of other requirements", (t) => {
  const pinned = pinToNode(requiring({ matchExpressions: [hdd] }), "node01");
  t.is(onlyNode(pinned), "node01");
  t.true(matchesNodeRequirements(node, pinned));
});

const red: Taint = { key: "team", value: "red", effect: "NoSchedule" };

for (const { toleration, want } of [
  { toleration: { key: "team", value: "red", effect: "NoSchedule" }, want: true },
  { toleration: { key: "team", value: "blue" }, want: false },
  { toleration: { key: "team", operator: "Exists" }, want: true },
  { toleration: { key: "team", operator: "Exists", effect: "NoExecute" }, want: false },
  { toleration: { operator: "Exists" }, want: true },
  { toleration: { key: "other", operator: "Exists" }, want: false },
] satisfies ReadonlyArray<{ toleration: Toleration; want: boolean }>) {
  test(`${JSON.stringify(toleration)} ${want ? "tolerates" : "does not tolerate"} team=red:NoSchedule`, (t) => {
    t.is(tolerates(toleration, red), want);
  });
}
