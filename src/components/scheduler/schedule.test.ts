import test from "ava";
import type { Node } from "../../api/objects/cluster.ts";
import type { Labels } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { Store } from "../../api/store/store.ts";
import { filterNodes } from "./filter.ts";
import { type Occupancy, watchOccupancy } from "./occupancy.ts";
import { describeRefusals } from "./refusal.ts";
import { bestNode } from "./score.ts";

interface Case {
  readonly title: string;
  /** Of the pod to place; fields that the type does not list may be among them. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly nodes: readonly Node[];
  /** `node` or `node:app`, for each pod that is there already. */
  readonly there?: readonly string[];
  /** The node, or what is said of the nodes. */
  readonly want: string;
}

const zone = (name: string): Labels => ({ "topology.kubernetes.io/zone": name });
const byHost = (app: string): object => ({
  labelSelector: { matchLabels: { app } },
  topologyKey: "kubernetes.io/hostname",
});
const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

const cases: readonly Case[] = [
  { title: "the first name when all are alike", nodes: [node("a"), node("b")], want: "a" },
  { title: "the emptier node", nodes: [node("a"), node("b")], there: ["a:x"], want: "b" },
  {
    title: "the node without a pod of the group, however full",
    nodes: [node("a"), node("b")],
    there: ["a:web", "b:x", "b:x"],
    want: "b",
  },
  {
    title: "the zone with fewer pods of the group",
    nodes: [
      node("a", { labels: zone("1") }),
      node("b", { labels: zone("1") }),
      node("c", { labels: zone("2") }),
    ],
    there: ["a:web"],
    want: "c",
  },
  {
    title: "a cordoned node is passed over",
    nodes: [node("a", { spec: { unschedulable: true } })],
    want: "1 node(s) were unschedulable",
  },
  {
    title: "a cordoned node takes what tolerates it",
    spec: { tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" }] },
    nodes: [node("a", { spec: { unschedulable: true } })],
    want: "a",
  },
  {
    title: "a taint with a value is named",
    nodes: [node("a", { spec: { taints: [{ key: "team", value: "red", effect: "NoExecute" }] } })],
    want: "1 node(s) had untolerated taint {team: red}",
  },
  {
    title: "a taint that only prefers is avoided while there is a choice",
    nodes: [
      node("a", { spec: { taints: [{ key: "slow", effect: "PreferNoSchedule" }] } }),
      node("b"),
    ],
    there: ["b:web"],
    want: "b",
  },
  {
    title: "required node affinity: one of the terms must hold",
    spec: {
      affinity: {
        nodeAffinity: {
          [required]: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "size", operator: "Gt", values: ["4"] }] },
              { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] },
            ],
          },
        },
      },
    },
    nodes: [node("a", { labels: { size: "4" } }), node("b", { labels: { disk: "ssd" } })],
    want: "b",
  },
  {
    title: "preferred node affinity beats spreading",
    spec: {
      affinity: {
        nodeAffinity: {
          [preferred]: [
            { weight: 1, preference: { matchExpressions: [{ key: "disk", operator: "Exists" }] } },
          ],
        },
      },
    },
    nodes: [node("a"), node("b", { labels: { disk: "ssd" } })],
    there: ["b:web"],
    want: "b",
  },
  {
    title: "a pod for a named node says so of the others",
    spec: {
      affinity: {
        nodeAffinity: {
          [required]: {
            nodeSelectorTerms: [
              { matchFields: [{ key: "metadata.name", operator: "In", values: ["a"] }] },
            ],
          },
        },
      },
    },
    nodes: [node("a", { spec: { unschedulable: true } }), node("b"), node("c")],
    want: "1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
  },
  {
    title: "a node that counts its pods may be full",
    nodes: [node("a", { pods: "1" })],
    there: ["a:x"],
    want: "1 Too many pods",
  },
  {
    title: "anti-affinity keeps away from pods that are there",
    spec: { affinity: { podAntiAffinity: { [required]: [byHost("db")] } } },
    nodes: [node("a"), node("b")],
    there: ["a:db", "b:x"],
    want: "b",
  },
  {
    title: "anti-affinity against itself allows one per node",
    spec: { affinity: { podAntiAffinity: { [required]: [byHost("web")] } } },
    nodes: [node("a"), node("b")],
    there: ["a:web", "b:web"],
    want: "2 node(s) didn't match pod anti-affinity rules",
  },
  {
    title: "affinity follows a pod",
    spec: { affinity: { podAffinity: { [required]: [byHost("db")] } } },
    nodes: [node("a"), node("b")],
    there: ["b:db"],
    want: "b",
  },
  {
    title: "affinity to nobody finds no node",
    spec: { affinity: { podAffinity: { [required]: [byHost("db")] } } },
    nodes: [node("a"), node("b")],
    want: "2 node(s) didn't match pod affinity rules",
  },
  {
    title: "the first of a group that wants to be together goes anywhere",
    spec: { affinity: { podAffinity: { [required]: [byHost("web")] } } },
    nodes: [node("a"), node("b")],
    want: "a",
  },
  {
    title: "a spread constraint may leave a node out",
    spec: {
      topologySpreadConstraints: [
        { ...byHost("web"), maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
      ],
      nodeSelector: {},
    },
    nodes: [node("a"), node("b", { spec: { unschedulable: true } })],
    there: ["a:web"],
    want: "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable",
  },
  { title: "without nodes", nodes: [], want: "no nodes available to schedule pods" },
];

for (const { title, spec = {}, nodes, there = [], want } of cases) {
  test(`scheduling: ${title}`, (t) => {
    const placed = { ...pod("web"), spec: { ...pod("web").spec, ...spec } };
    const occupancy = occupied(there);
    const { feasible, refusals } = filterNodes(placed, nodes, occupancy);
    const node = bestNode(placed, feasible, occupancy)?.metadata.name;
    const refusal = describeRefusals(refusals);
    // The reasons alone; the whole message has its own test.
    const reasons = /available: (.*?)\. preemption/.exec(refusal)?.[1] ?? refusal;
    t.is(node ?? reasons, want);
  });
}

test("a pod that is there may keep others away", (t) => {
  const store = new Store();
  const { occupancy, watch } = watchOccupancy();
  watch.start(store, () => {});
  const loner = {
    ...pod("loner").spec,
    nodeName: "a",
    affinity: { podAntiAffinity: { [required]: [byHost("web")] } },
  };
  const key = { namespace: "default", name: "web" };
  store.create<"Pod">({ ...pod("loner"), spec: loner });
  const reasons = (): readonly string[] =>
    filterNodes(pod("web"), [node("a"), node("b")], occupancy).refusals.map(({ reason }) => reason);
  t.deepEqual(reasons(), ["node(s) didn't satisfy existing pods anti-affinity rules"]);
  store.remove("Pod", key);
  t.deepEqual(reasons(), []);
});

test("what preemption could do is said of each node", (t) => {
  const nodes = [node("a", { pods: "0" }), node("b", { spec: { unschedulable: true } })];
  const { refusals } = filterNodes(pod("web"), nodes, occupied([]));
  t.is(
    describeRefusals(refusals),
    "0/2 nodes are available: 1 Too many pods, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
  );
});

function occupied(there: readonly string[]): Occupancy {
  const store = new Store();
  const { occupancy, watch } = watchOccupancy();
  watch.start(store, () => {});
  there.forEach((line, index) => {
    const [nodeName = "", app = ""] = line.split(":");
    const { metadata, spec, ...rest } = pod(app);
    store.create<"Pod">({
      ...rest,
      metadata: { ...metadata, name: `there-${index}` },
      spec: { ...spec, nodeName },
    });
  });
  return occupancy;
}

interface NodeOptions {
  readonly labels?: Labels;
  readonly spec?: Node["spec"];
  readonly pods?: string;
}

function node(name: string, { labels, spec = {}, pods }: NodeOptions = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec,
    ...(pods !== undefined && { status: { allocatable: { pods } } }),
  };
}

function pod(app: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", labels: { app } },
    spec: { containers: [{ name: "c" }] },
  };
}
