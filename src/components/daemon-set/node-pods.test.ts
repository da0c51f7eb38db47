import test from "ava";
import { pinToNode } from "../../api/nodes/node-affinity.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { ControllerRevision } from "../../api/objects/controller-revision.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";
import { type Changes, type Fleet, groupByNode, missingAndSurplus } from "./node-pods.ts";
import { rollingUpdateStep } from "./rolling-update.ts";

/** `node new`, `node old ending`: where, of which template, and its state; available unless it says otherwise. */
type PodLine = string;

interface Case {
  readonly title: string;
  readonly nodes: readonly string[];
  /** Oldest first; each is called by its index. */
  readonly pods: readonly PodLine[];
  readonly surge?: number | string;
  readonly unavailable?: number | string;
  /** `+node` for a pod to make, `-0` for one to delete. */
  readonly want: readonly string[];
}

const oneEach: readonly Case[] = [
  { title: "a node without gets one", nodes: ["a", "b"], pods: ["a new"], want: ["+b"] },
  { title: "of two the younger goes", nodes: ["a"], pods: ["a new", "a new"], want: ["-1"] },
  { title: "one that ended goes", nodes: ["a"], pods: ["a new ended"], want: ["-0"] },
  { title: "one that is ending is waited for", nodes: ["a"], pods: ["a new ending"], want: [] },
  {
    title: "with surge, it is not waited for",
    nodes: ["a"],
    pods: ["a new ending"],
    surge: 1,
    want: ["+a"],
  },
  { title: "a node that does not fit loses its own", nodes: ["x"], pods: ["x new"], want: ["-0"] },
  {
    title: "one that waits for a node that is gone goes",
    nodes: [],
    pods: ["a new waiting"],
    want: ["-0"],
  },
  { title: "one on a node that is gone is left", nodes: [], pods: ["a new"], want: [] },
  {
    title: "with surge, old beside new stays until the new one serves",
    nodes: ["a"],
    pods: ["a old", "a new unready"],
    surge: 1,
    want: [],
  },
  {
    title: "with surge, old beside an available new goes",
    nodes: ["a"],
    pods: ["a old", "a new"],
    surge: 1,
    want: ["-0"],
  },
];

const updates: readonly Case[] = [
  { title: "one old pod at a time", nodes: ["a", "b"], pods: ["a old", "b old"], want: ["-0"] },
  {
    title: "half of them",
    nodes: ["a", "b", "c"],
    pods: ["a old", "b old", "c old"],
    unavailable: "50%",
    want: ["-0", "-1"],
  },
  {
    title: "not while another is missing",
    nodes: ["a", "b"],
    pods: ["a new unready", "b old"],
    want: [],
  },
  {
    title: "not while another is ending",
    nodes: ["a", "b"],
    pods: ["a old ending", "b old"],
    want: [],
  },
  {
    title: "what does not serve goes whatever the limit",
    nodes: ["a", "b"],
    pods: ["a new unready", "b old unready"],
    want: ["-1"],
  },
  {
    title: "with surge, a new one first",
    nodes: ["a", "b"],
    pods: ["a old", "b old"],
    surge: 1,
    want: ["+a"],
  },
  {
    title: "with surge, not more than that",
    nodes: ["a", "b"],
    pods: ["a old", "a new unready", "b old"],
    surge: 1,
    want: [],
  },
  {
    title: "with surge, the old one when the new one serves",
    nodes: ["a", "b"],
    pods: ["a old", "a new", "b new"],
    surge: 1,
    want: ["-0"],
  },
  { title: "nothing, when all are new", nodes: ["a", "b"], pods: ["a new", "b new"], want: [] },
];

for (const row of oneEach) {
  test(`one daemon per node: ${row.title}`, (t) => {
    t.deepEqual(describe(missingAndSurplus(fleet(row))), row.want);
  });
}

for (const row of updates) {
  test(`a daemon's update: ${row.title}`, (t) => {
    t.deepEqual(describe(rollingUpdateStep(fleet(row))), row.want);
  });
}

function describe({ create, delete: doomed }: Changes): readonly string[] {
  return [
    ...create.map((name) => `+${name}`),
    ...doomed.map(({ metadata }) => `-${metadata.name}`),
  ];
}

function fleet({ nodes, pods, surge = 0, unavailable = 1 }: Case): Fleet {
  const rollingUpdate = { maxSurge: surge, maxUnavailable: surge === 0 ? unavailable : 0 };
  const daemonSet: DaemonSet = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent" },
    spec: {
      selector: {},
      template: { spec: { containers: [] } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate },
    },
  };
  const revision: ControllerRevision = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "agent-new", labels: { "controller-revision-hash": "new" } },
    revision: 2,
  };
  return {
    daemonSet,
    nodes: nodes.map(node),
    podsByNode: groupByNode(pods.map(pod)),
    revision,
    nowMs: 0,
  };
}

/** `x` is a node on which no daemon may be. */
function node(name: string): Node {
  const taints = name === "x" ? [{ key: "no", effect: "NoExecute" } as const] : [];
  return { apiVersion: "v1", kind: "Node", metadata: { name }, spec: { taints } };
}

function pod(line: PodLine, index: number): Pod {
  const [nodeName = "", hash = "", state = "ready"] = line.split(" ");
  const isReady = state === "ready" || state === "ending";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: String(index),
      labels: { "controller-revision-hash": hash },
      ...(state === "ending" && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: { ...pinToNode({ containers: [] }, nodeName), ...(state !== "waiting" && { nodeName }) },
    status: {
      phase: state === "ended" ? "Failed" : "Running",
      conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
    },
  };
}
