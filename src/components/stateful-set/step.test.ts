import test from "ava";
import type { Pod } from "../../api/objects/pod.ts";
import type { StatefulSet } from "../../api/objects/workload.ts";
import { nextActions } from "./step.ts";

/** `ok` runs and is ready, `unready` runs, `ending` is being deleted, `failed` has ended, `old` is ok and of the old template. */
type State = "ending" | "failed" | "ok" | "old" | "oldUnready" | "unready";

interface Case {
  readonly title: string;
  readonly replicas: number;
  readonly parallel?: true;
  readonly partition?: number;
  /** By number; undefined where there is no pod. */
  readonly pods: ReadonlyArray<State | undefined>;
  /** `+2` makes db-2, `+2 current` from the old template, `-2` deletes it. */
  readonly want: readonly string[];
}

const cases: readonly Case[] = [
  { title: "the first pod comes first", replicas: 3, pods: [], want: ["+0"] },
  { title: "the next comes when the last is well", replicas: 3, pods: ["ok"], want: ["+1"] },
  { title: "an unready pod holds up the next", replicas: 3, pods: ["unready"], want: [] },
  { title: "a gap is filled first", replicas: 3, pods: ["ok", undefined, "ok"], want: ["+1"] },
  { title: "an ending pod is waited for", replicas: 3, pods: ["ok", "ending"], want: [] },
  {
    title: "a failed pod is deleted, to be made again",
    replicas: 2,
    pods: ["failed", "ok"],
    want: ["-0"],
  },
  {
    title: "in parallel all come at once",
    replicas: 3,
    parallel: true,
    pods: ["unready"],
    want: ["+1", "+2"],
  },
  { title: "the highest number goes first", replicas: 1, pods: ["ok", "ok", "ok"], want: ["-2"] },
  {
    title: "the next goes when the last has ended",
    replicas: 1,
    pods: ["ok", "ok", "ending"],
    want: [],
  },
  {
    title: "nothing goes while a pod that stays is unwell",
    replicas: 1,
    pods: ["unready", "ok"],
    want: [],
  },
  {
    title: "an unwell pod goes when it is the first that is",
    replicas: 1,
    pods: ["ok", "ok", "unready"],
    want: ["-2"],
  },
  {
    title: "an unwell pod waits for one that is unwell before it",
    replicas: 1,
    pods: ["ok", "unready", "unready"],
    want: [],
  },
  {
    title: "in parallel all go at once",
    replicas: 1,
    parallel: true,
    pods: ["ok", "ok", "unready"],
    want: ["-2", "-1"],
  },
  { title: "an update begins at the top", replicas: 3, pods: ["old", "old", "old"], want: ["-2"] },
  {
    title: "an update goes on when the new pod is well",
    replicas: 3,
    pods: ["old", "old", "ok"],
    want: ["-1"],
  },
  {
    title: "an update waits for the new pod",
    replicas: 3,
    parallel: true,
    pods: ["old", "old", "unready"],
    want: [],
  },
  {
    title: "an update stops at the partition",
    replicas: 3,
    partition: 2,
    pods: ["old", "old", "ok"],
    want: [],
  },
  {
    title: "below the partition the old template is used",
    replicas: 3,
    partition: 2,
    pods: ["old"],
    want: ["+1 current"],
  },
  {
    title: "a broken old pod holds up its own repair",
    replicas: 1,
    pods: ["oldUnready"],
    want: [],
  },
  {
    title: "in parallel a broken old pod is replaced",
    replicas: 1,
    parallel: true,
    pods: ["oldUnready"],
    want: ["-0"],
  },
];

for (const { title, replicas, parallel, partition = 0, pods, want } of cases) {
  test(`stateful set: ${title}`, (t) => {
    const set: StatefulSet = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db" },
      spec: {
        replicas,
        selector: {},
        template: { spec: { containers: [] } },
        podManagementPolicy: parallel ? "Parallel" : "OrderedReady",
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } },
      },
    };
    const present = pods.flatMap((state, ordinal) =>
      state === undefined ? [] : pod(ordinal, state),
    );
    const actions = nextActions(set, { pods: present, updateRevision: "db-new", nowMs: 0 });
    const seen = actions.map((action) =>
      action.type === "delete"
        ? `-${action.pod.metadata.name.slice(3)}`
        : `+${action.ordinal}${action.from === "current" ? " current" : ""}`,
    );
    t.deepEqual(seen, want);
  });
}

function pod(ordinal: number, state: State): Pod {
  const isReady = state === "ok" || state === "old";
  const revision = state.startsWith("old") ? "db-old" : "db-new";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `db-${ordinal}`,
      labels: { "controller-revision-hash": revision },
      ...(state === "ending" && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: { containers: [] },
    status: {
      phase: state === "failed" ? "Failed" : "Running",
      conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
    },
  };
}
