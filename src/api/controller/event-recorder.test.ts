import test from "ava";
import type { ReplicaSet } from "../objects/workload.ts";
import { Store } from "../store/store.ts";
import { eventRecorder } from "./event-recorder.ts";

const replicaSet: ReplicaSet = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "web", namespace: "default", uid: "u1" },
  spec: { selector: {}, template: { spec: { containers: [] } } },
};

test("an event says what happened to what, by whom and when", (t) => {
  const now = (): number => Date.parse("2026-01-01T00:00:00Z");
  const store = new Store({ now });
  const record = eventRecorder({ store, component: "replicaset-controller", now });
  record(replicaSet, { reason: "SuccessfulCreate", message: "Created pod: web-x" });
  const [event] = store.list("Event");
  t.like(event, {
    metadata: { name: "web.18867251edfa0000", namespace: "default" },
    type: "Normal",
    reason: "SuccessfulCreate",
    message: "Created pod: web-x",
    involvedObject: {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      namespace: "default",
      name: "web",
      uid: "u1",
    },
    source: { component: "replicaset-controller" },
    count: 1,
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:00:00Z",
  });
});

test("the same said again is counted, something else is an event of its own", (t) => {
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const now = (): number => nowMs;
  const store = new Store({ now });
  const record = eventRecorder({ store, component: "c", now });
  record(replicaSet, { type: "Warning", reason: "Failed", message: "no" });
  record(replicaSet, { type: "Warning", reason: "Failed", message: "never" });
  nowMs += 60_000;
  record(replicaSet, { type: "Warning", reason: "Failed", message: "no" });
  const counts = store
    .list("Event")
    .map(({ message, count, lastTimestamp }) => [message, count, lastTimestamp]);
  t.deepEqual(counts, [
    ["no", 2, "2026-01-01T00:01:00Z"],
    ["never", 1, "2026-01-01T00:00:00Z"],
  ]);
});

test("an event that was deleted is made again", (t) => {
  const store = new Store();
  const record = eventRecorder({ store, component: "c" });
  record(replicaSet, { reason: "R", message: "m" });
  for (const { metadata } of store.list("Event")) {
    store.remove("Event", { namespace: "default", name: metadata.name });
  }
  record(replicaSet, { reason: "R", message: "m" });
  t.deepEqual(
    store.list("Event").map(({ count }) => count),
    [1],
  );
});

test("events of objects without a namespace are in default", (t) => {
  const store = new Store();
  const record = eventRecorder({ store, component: "c" });
  record(
    { apiVersion: "v1", kind: "Node", metadata: { name: "node01" } },
    { reason: "R", message: "m" },
  );
  t.is(store.list("Event", "default").length, 1);
});

test("nothing is said in a namespace that is ending", (t) => {
  const store = new Store();
  store.create<"Namespace">({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "default", deletionTimestamp: "2026-01-01T00:00:00Z" },
  });
  eventRecorder({ store, component: "c" })(replicaSet, { reason: "R", message: "m" });
  t.deepEqual(store.list("Event"), []);
});
