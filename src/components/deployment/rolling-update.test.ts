import test from "ava";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { rollingUpdateStep } from "./rolling-update.ts";

/** Wanted pods, and how many of them are available. */
type Size = readonly [replicas: number, available: number];

interface Case {
  readonly title: string;
  readonly replicas: number;
  readonly surge: number | string;
  readonly unavailable: number | string;
  readonly now: Size;
  /** Oldest first. */
  readonly old: readonly Size[];
  /** The sizes after the step, the new one first. */
  readonly want: readonly number[];
}

const cases: readonly Case[] = [
  {
    title: "the new set grows by the surge",
    replicas: 4,
    surge: 1,
    unavailable: 0,
    now: [0, 0],
    old: [[4, 4]],
    want: [1, 4],
  },
  {
    title: "without room it waits for the new pod",
    replicas: 4,
    surge: 1,
    unavailable: 0,
    now: [1, 0],
    old: [[4, 4]],
    want: [1, 4],
  },
  {
    title: "an available new pod lets an old one go",
    replicas: 4,
    surge: 1,
    unavailable: 0,
    now: [1, 1],
    old: [[4, 4]],
    want: [1, 3],
  },
  {
    title: "a surge of 25% rounds up",
    replicas: 10,
    surge: "25%",
    unavailable: 0,
    now: [0, 0],
    old: [[10, 10]],
    want: [3, 10],
  },
  {
    title: "25% unavailable rounds down",
    replicas: 10,
    surge: 0,
    unavailable: "25%",
    now: [0, 0],
    old: [[10, 10]],
    want: [0, 8],
  },
  {
    title: "both zero count as one unavailable",
    replicas: 3,
    surge: 0,
    unavailable: "10%",
    now: [0, 0],
    old: [[3, 3]],
    want: [0, 2],
  },
  {
    title: "old pods that are not available go first",
    replicas: 10,
    surge: 0,
    unavailable: 2,
    now: [0, 0],
    old: [[10, 8]],
    want: [0, 8],
  },
  {
    title: "of several old sets the oldest shrinks first",
    replicas: 4,
    surge: 2,
    unavailable: 2,
    now: [2, 2],
    old: [
      [2, 2],
      [2, 2],
    ],
    want: [2, 0, 0],
  },
  {
    title: "unavailable new pods are not counted as replacements",
    replicas: 4,
    surge: 2,
    unavailable: 1,
    now: [2, 0],
    old: [[4, 4]],
    want: [2, 3],
  },
  {
    title: "a new set that is too large shrinks",
    replicas: 2,
    surge: 1,
    unavailable: 0,
    now: [5, 5],
    old: [],
    want: [2],
  },
  {
    title: "a finished rollout has nothing to do",
    replicas: 4,
    surge: 1,
    unavailable: 0,
    now: [4, 4],
    old: [[0, 0]],
    want: [4, 0],
  },
];

for (const { title, replicas, surge, unavailable, now, old, want } of cases) {
  test(`rolling update: ${title}`, (t) => {
    const newSet = replicaSet("new", now);
    const oldSets = old.map((size, age) => replicaSet(`old-${age}`, size));
    const deployment: Deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas,
        selector: {},
        template: { spec: { containers: [] } },
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable },
        },
      },
    };
    const sizes = new Map([newSet, ...oldSets].map((each) => [each, each.spec.replicas]));
    for (const resize of rollingUpdateStep({ deployment, newSet, oldSets })) {
      sizes.set(resize.replicaSet, resize.replicas);
    }
    t.deepEqual([...sizes.values()], want);
  });
}

function replicaSet(name: string, [replicas, availableReplicas]: Size): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name },
    spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
    status: { replicas, availableReplicas },
  };
}
