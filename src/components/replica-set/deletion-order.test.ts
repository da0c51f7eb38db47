import test from "ava";
import type { Pod } from "../../api/objects/pod.ts";
import { podsToDelete } from "./deletion-order.ts";

const nowMs = Date.parse("2026-01-01T12:00:00Z");

interface Traits {
  readonly node?: string;
  readonly phase?: "Pending" | "Running" | "Unknown";
  /** Seconds that it has been ready for; absent when it is not ready. */
  readonly readyFor?: number;
  readonly cost?: number;
  readonly restarts?: number;
  readonly age?: number;
}

function pod(name: string, traits: Traits): Pod {
  const { node = "node01", phase = "Running", readyFor, cost, restarts = 0, age = 100 } = traits;
  const ago = (seconds: number): string => new Date(nowMs - seconds * 1_000).toISOString();
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      creationTimestamp: ago(age),
      ...(cost !== undefined && {
        annotations: { "controller.kubernetes.io/pod-deletion-cost": String(cost) },
      }),
    },
    spec: { containers: [], ...(node !== "" && { nodeName: node }) },
    status: {
      phase,
      conditions:
        readyFor === undefined
          ? [{ type: "Ready", status: "False" }]
          : [{ type: "Ready", status: "True", lastTransitionTime: ago(readyFor) }],
      containerStatuses: [
        {
          name: "c",
          image: "",
          imageID: "",
          ready: true,
          restartCount: restarts,
          state: {},
          lastState: {},
        },
      ],
    },
  };
}

const ready = { readyFor: 50 } as const;

/** In each pair the first goes before the second, although its name is the later one. */
const preferences: ReadonlyArray<{
  readonly title: string;
  readonly pair: readonly [Traits, Traits];
}> = [
  { title: "without a node before with one", pair: [{ ...ready, node: "" }, { phase: "Pending" }] },
  { title: "pending before unknown", pair: [{ phase: "Pending" }, { phase: "Unknown" }] },
  { title: "unknown before running", pair: [{ ...ready, phase: "Unknown" }, {}] },
  { title: "not ready before ready", pair: [{ cost: 9 }, ready] },
  { title: "cheap before dear", pair: [{ ...ready, cost: -1, readyFor: 99 }, ready] },
  { title: "ready for a shorter time before longer", pair: [{ readyFor: 10 }, { readyFor: 90 }] },
  { title: "often restarted before seldom", pair: [{ restarts: 2, age: 900 }, { restarts: 1 }] },
  { title: "younger before older", pair: [{ age: 10 }, { age: 900 }] },
];

for (const { title, pair } of preferences) {
  test(`scaling down: ${title}`, (t) => {
    const first = pod("z", pair[0]);
    const second = pod("a", pair[1]);
    for (const pods of [
      [first, second],
      [second, first],
    ]) {
      const doomed = podsToDelete(pods, 1, { related: [], nowMs });
      t.deepEqual(
        doomed.map(({ metadata }) => metadata.name),
        ["z"],
      );
    }
  });
}

test("scaling down: of two pods with an equal history the one on the fuller node goes", (t) => {
  const pods = [pod("a", { ...ready, node: "empty" }), pod("z", { ...ready, node: "full" })];
  const related = [...pods, pod("other", { ...ready, node: "full" })];
  t.is(podsToDelete(pods, 1, { related, nowMs })[0]?.metadata.name, "z");
});

test("scaling down: ages of the same power of two are equal, and the name decides", (t) => {
  const pods = [pod("b", { readyFor: 100 }), pod("a", { readyFor: 110 })];
  t.is(podsToDelete(pods, 1, { related: [], nowMs })[0]?.metadata.name, "a");
});

test("scaling down to nothing takes all", (t) => {
  const pods = [pod("a", ready), pod("b", ready)];
  t.deepEqual(podsToDelete(pods, 5, { related: [], nowMs }), pods);
});
