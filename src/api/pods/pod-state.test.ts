import test from "ava";
import { withCondition } from "../conditions.ts";
import type { Pod } from "../objects/pod.ts";
import { availableInMs, isPodActive, isPodAvailable, nextAvailableInMs } from "./pod-state.ts";

const nowMs = Date.parse("2026-01-01T00:01:00Z");

function pod(readySince?: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [] },
    status: {
      phase: "Running",
      conditions: [
        readySince === undefined
          ? { type: "Ready", status: "False" }
          : { type: "Ready", status: "True", lastTransitionTime: readySince },
      ],
    },
  };
}

for (const { title, object, minReadySeconds, want } of [
  { title: "not ready is not coming", object: pod(), minReadySeconds: 0, want: undefined },
  {
    title: "ready is enough without a minimum",
    object: pod("2026-01-01T00:01:00Z"),
    minReadySeconds: 0,
    want: 0,
  },
  {
    title: "ready for a while, and some to go",
    object: pod("2026-01-01T00:00:50Z"),
    minReadySeconds: 30,
    want: 20_000,
  },
  {
    title: "ready for long enough",
    object: pod("2026-01-01T00:00:30Z"),
    minReadySeconds: 30,
    want: 0,
  },
]) {
  test(`availability: ${title}`, (t) => {
    t.is(availableInMs(object, minReadySeconds, nowMs), want);
    t.is(isPodAvailable(object, minReadySeconds, nowMs), want === 0);
  });
}

test("availability: the next to come counts", (t) => {
  const pods = [
    pod(),
    pod("2026-01-01T00:00:00Z"),
    pod("2026-01-01T00:00:50Z"),
    pod("2026-01-01T00:00:55Z"),
  ];
  t.is(nextAvailableInMs(pods, 30, nowMs), 20_000);
  t.is(nextAvailableInMs([pod()], 30, nowMs), undefined);
});

test("a pod counts while it neither ended nor is ending", (t) => {
  const running = pod();
  t.true(isPodActive(running));
  t.false(isPodActive({ ...running, status: { phase: "Failed" } }));
  t.false(
    isPodActive({ ...running, metadata: { name: "p", deletionTimestamp: "2026-01-01T00:00:00Z" } }),
  );
});

test("a condition keeps the time of its transition while its status stays", (t) => {
  const first = withCondition([], { type: "Ready", status: "False", reason: "A" }, "t1");
  const second = withCondition(first, { type: "Ready", status: "False", reason: "B" }, "t2");
  t.deepEqual(second, [{ type: "Ready", status: "False", reason: "B", lastTransitionTime: "t1" }]);
  const third = withCondition(second, { type: "Ready", status: "True" }, "t3");
  t.deepEqual(third, [{ type: "Ready", status: "True", lastTransitionTime: "t3" }]);
  t.is(withCondition(third, { type: "Ready", status: "True" }, "t4"), third);
});
