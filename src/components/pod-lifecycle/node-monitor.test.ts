import test from "ava";
import { findCondition } from "../../api/conditions.ts";
import type { ReconcileResult } from "../../api/controller/reconcile.ts";
import { Store } from "../../api/store/store.ts";
import { monitorNode } from "./node-monitor.ts";

const startMs = Date.parse("2026-11-28T10:00:00Z");
const key = { namespace: "", name: "node01" };
const lease = { namespace: "kube-node-lease", name: "node01" };

interface Ground {
  readonly store: Store;
  readonly events: readonly string[];
  /** What is done of the node at so many seconds from the start. */
  readonly at: (seconds: number) => ReconcileResult;
}

function ground({ hasLease = true, status = "True" } = {}): Ground {
  let nowMs = startMs;
  const store = new Store({ now: () => nowMs });
  const events: string[] = [];
  const heard = { lastHeartbeatTime: "2026-11-28T10:00:00Z" };
  store.create<"Node">({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node01" },
    spec: {},
    status: { conditions: [{ type: "Ready", status: status as "True", ...heard }] },
  });
  if (hasLease) {
    store.create<"Lease">({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: lease,
      spec: { renewTime: "2026-11-28T10:00:00.000000Z" },
    });
  }
  const reconcile = monitorNode({
    store,
    record: (_, { reason }) => void events.push(reason),
    now: () => nowMs,
  });
  const at = (seconds: number): ReconcileResult => {
    nowMs = startMs + seconds * 1_000;
    // It has nothing to wait for, so it answers at once.
    return reconcile(key, new AbortController().signal) as ReconcileResult;
  };
  return { store, events, at };
}

function ready({ store }: Ground): string | undefined {
  return findCondition(store.get("Node", key)?.status?.conditions, "Ready")?.status;
}

test("a node that renews its Lease is heard of, and looked at again when it could be silent", (t) => {
  const here = ground();
  t.deepEqual(here.at(10), { requeueAfterMs: 40_000 });
  here.store.patch("Lease", lease, (old) => ({
    ...old,
    spec: { ...old.spec, renewTime: "2026-11-28T10:00:40.000000Z" },
  }));
  t.deepEqual(here.at(50), { requeueAfterMs: 40_000 });
  t.is(ready(here), "True");
});

test("after fifty silent seconds nobody knows how a node is", (t) => {
  const here = ground();
  t.deepEqual(here.at(50), {});
  t.is(ready(here), "Unknown");
  t.deepEqual(here.events, ["NodeNotReady"]);
  const { conditions = [] } = here.store.get("Node", key)?.status ?? {};
  t.deepEqual(
    conditions.map(({ type, reason }) => `${type} ${reason}`),
    ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"].map(
      (type) => `${type} NodeStatusUnknown`,
    ),
  );
  t.like(findCondition(conditions, "Ready"), {
    message: "Kubelet stopped posting node status.",
    lastHeartbeatTime: "2026-11-28T10:00:00Z",
    lastTransitionTime: "2026-11-28T10:00:50Z",
  });
});

test("it is said once", (t) => {
  const here = ground({ status: "Unknown" });
  t.deepEqual(here.at(500), {});
  t.deepEqual(here.events, []);
});

test("a node without a Lease has just begun, or has no kubelet: nothing is said of it", (t) => {
  const here = ground({ hasLease: false });
  t.deepEqual(here.at(500), { requeueAfterMs: 50_000 });
  t.is(ready(here), "True");
});
