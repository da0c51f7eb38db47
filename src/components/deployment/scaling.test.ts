import test from "ava";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { isScaling, scale } from "./scaling.ts";

interface Case {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly surge: number;
  readonly newSize: number;
  readonly oldSizes: readonly number[];
  /** The new set first. */
  readonly want: readonly number[];
}

const cases: readonly Case[] = [
  {
    title: "the only set takes it all",
    from: 3,
    to: 7,
    surge: 0,
    newSize: 3,
    oldSizes: [0],
    want: [7, 0],
  },
  {
    title: "growth is shared by size",
    from: 10,
    to: 15,
    surge: 3,
    newSize: 5,
    oldSizes: [8],
    want: [7, 11],
  },
  {
    title: "shrinking is shared by size",
    from: 10,
    to: 5,
    surge: 0,
    newSize: 4,
    oldSizes: [6],
    want: [2, 3],
  },
  {
    title: "what rounding leaves over goes to the largest",
    from: 6,
    to: 7,
    surge: 0,
    newSize: 2,
    oldSizes: [4],
    want: [2, 5],
  },
  {
    title: "of equal ones the newer grows",
    from: 4,
    to: 5,
    surge: 0,
    newSize: 2,
    oldSizes: [2],
    want: [3, 2],
  },
  {
    title: "nothing wanted, nothing left",
    from: 6,
    to: 0,
    surge: 2,
    newSize: 4,
    oldSizes: [3],
    want: [0, 0],
  },
  {
    title: "a surge is part of the whole",
    from: 10,
    to: 20,
    surge: 2,
    newSize: 6,
    oldSizes: [6],
    want: [11, 11],
  },
];

for (const { title, from, to, surge, newSize, oldSizes, want } of cases) {
  test(`scaling during a rollout: ${title}`, (t) => {
    const max = from + surge;
    const newSet = replicaSet("new", newSize, { from, max });
    const oldSets = oldSizes.map((size, age) => replicaSet(`a-old-${age}`, size, { from, max }));
    const deployment: Deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: to,
        selector: {},
        template: { spec: { containers: [] } },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: 0 } },
      },
    };
    t.true(isScaling(deployment, { newSet, oldSets }));
    const sizes = new Map([newSet, ...oldSets].map((each) => [each, each.spec.replicas]));
    for (const resize of scale(deployment, { newSet, oldSets })) {
      sizes.set(resize.replicaSet, resize.replicas);
    }
    t.deepEqual([...sizes.values()], want);
  });
}

function replicaSet(
  name: string,
  replicas: number,
  { from, max }: { readonly from: number; readonly max: number },
): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      annotations: {
        "deployment.kubernetes.io/desired-replicas": String(from),
        "deployment.kubernetes.io/max-replicas": String(max),
      },
    },
    spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
    status: { replicas },
  };
}
