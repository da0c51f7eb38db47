import test from "ava";
import { type Logger, pino } from "pino";
import type { Timer } from "../../base/work-queue.ts";
import type { Pod, PodSpec } from "../objects/pod.ts";
import type { ReplicaSet } from "../objects/workload.ts";
import { Store } from "../store/store.ts";
import { Controller, controllerOf, itself, watching, whenAllIdle } from "./controller.ts";

const silent: Logger = pino({ level: "silent" });
/** Fires without waiting. */
const soon: Timer = (callback) => {
  const handle = setImmediate(callback);
  return () => clearImmediate(handle);
};
const spec: PodSpec = { containers: [{ name: "c", image: "web" }] };

function replicaSet(name: string, replicas: number): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: "default" },
    spec: { replicas, selector: {}, template: { spec } },
  };
}

function pod(name: string, owner: ReplicaSet): Pod {
  const { uid = "" } = owner.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "default",
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: owner.metadata.name,
          uid,
          controller: true,
        },
      ],
    },
    spec,
  };
}

test("what exists and what changes is reconciled; owners hear of what they own", async (t) => {
  const store = new Store();
  const owner = store.create(replicaSet("web", 1));
  const seen: string[] = [];
  await using controller = Controller.start(
    store,
    {
      name: "probe",
      watches: [watching("ReplicaSet", itself), watching("Pod", controllerOf("ReplicaSet"))],
      reconcile: ({ namespace, name }) => {
        seen.push(`${namespace}/${name}`);
        return {};
      },
    },
    silent,
  );
  await controller.whenIdle();
  t.deepEqual(seen.splice(0), ["default/web"]);
  store.create(pod("web-1", owner));
  store.create(pod("web-2", owner));
  t.deepEqual(seen, [], "nothing runs inside the write");
  await controller.whenIdle();
  t.deepEqual(seen.splice(0), ["default/web"]);
  store.remove("Pod", { namespace: "default", name: "web-1" });
  await controller.whenIdle();
  t.deepEqual(seen, ["default/web"]);
});

test("an object that changes its owner concerns the old one and the new one", async (t) => {
  const store = new Store();
  const a = store.create(replicaSet("a", 1));
  const b = store.create(replicaSet("b", 1));
  const child = store.create(pod("p", a));
  const seen = new Set<string>();
  await using controller = Controller.start(
    store,
    {
      name: "probe",
      watches: [watching("Pod", controllerOf("ReplicaSet"))],
      reconcile: ({ name }) => {
        seen.add(name);
        return {};
      },
    },
    silent,
  );
  await controller.whenIdle();
  seen.clear();
  store.update({ ...child, metadata: pod("p", b).metadata });
  await controller.whenIdle();
  t.deepEqual([...seen].sort(), ["a", "b"]);
});

test("controllers that wake one another are idle together only at the end of the cascade", async (t) => {
  const store = new Store();
  await using replicas = Controller.start(
    store,
    {
      name: "replica-set",
      watches: [watching("ReplicaSet", itself)],
      reconcile: async (key) => {
        const owner = store.get("ReplicaSet", key);
        for (let index = 0; index < (owner?.spec.replicas ?? 0); index++) {
          if (owner !== undefined) store.create(pod(`${key.name}-${index}`, owner));
        }
        return {};
      },
    },
    silent,
  );
  await using scheduler = Controller.start(
    store,
    {
      name: "scheduler",
      watches: [watching("Pod", itself)],
      reconcile: (key) => {
        store.patch("Pod", key, (found) => ({ ...found, spec: { ...found.spec, nodeName: "n1" } }));
        return {};
      },
    },
    silent,
  );
  store.create(replicaSet("web", 1_000));
  await whenAllIdle([scheduler, replicas]);
  const bound = store.list("Pod").filter(({ spec: { nodeName } }) => nodeName === "n1");
  t.is(bound.length, 1_000);
});

test("a failure is logged as a warning once, its retries at debug, conflicts never aloud", async (t) => {
  const lines: Array<{ readonly level: number; readonly key: string; readonly attempt: number }> =
    [];
  const log = pino({ level: "debug" }, { write: (line) => lines.push(JSON.parse(line)) });
  const store = new Store();
  let rounds = 0;
  await using controller = Controller.start(
    store,
    {
      name: "probe",
      watches: [],
      reconcile: async ({ name }) => {
        rounds++;
        if (name === "conflict" && rounds < 5)
          store.update({ ...stale, spec: { ...stale.spec, replicas: rounds } });
        if (rounds < 3) throw new Error("not yet");
        return {};
      },
    },
    log,
    { timer: soon },
  );
  const stale = store.create(replicaSet("conflict", 0));
  controller.enqueue({ namespace: "default", name: "x" });
  await controller.whenIdle();
  t.deepEqual(
    lines.map(({ level, key, attempt }) => [level, key, attempt]),
    [
      [40, "default/x", 1],
      [20, "default/x", 2],
    ],
  );
  lines.length = 0;
  store.update({ ...stale, spec: { ...stale.spec, replicas: 9 } });
  controller.enqueue({ namespace: "default", name: "conflict" });
  await controller.whenIdle();
  t.deepEqual(
    lines.map(({ level, key }) => [level, key]),
    [[20, "default/conflict"]],
  );
});
