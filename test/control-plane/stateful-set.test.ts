import test from "ava";
import type { Pod } from "../../src/api/objects/pod.ts";
import type { StatefulSet } from "../../src/api/objects/workload.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { type Cluster, node, startCluster } from "./cluster.ts";

const nodes = [node("node01"), node("node02")];
const db = { namespace: "default", name: "db" };

function statefulSet(spec: Partial<StatefulSet["spec"]> = {}, image: string = "db:1"): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { ...db },
    spec: {
      replicas: 3,
      serviceName: "db-headless",
      selector: { matchLabels: { app: "db" } },
      template: {
        metadata: { labels: { app: "db" } },
        spec: { containers: [{ name: "db", image }] },
      },
      ...spec,
    },
  };
}

function change(cluster: Cluster, spec: Partial<StatefulSet["spec"]>): void {
  cluster.store.patch("StatefulSet", db, (current) => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }));
}

const template = (image: string): StatefulSet["spec"]["template"] =>
  statefulSet({}, image).spec.template;

function images(cluster: Cluster): ReadonlyArray<string | undefined> {
  return cluster.pods().map(({ spec }) => spec.containers[0]?.image);
}

/** `+db-0`, `ready db-0`, `-db-0`, as it happens. */
function chronicle(cluster: Cluster): readonly string[] {
  const lines: string[] = [];
  const isReady = (pod?: Pod): boolean => pod?.status?.phase === "Running";
  cluster.store.watch("Pod", ({ type, object, previous }) => {
    const { name } = object.metadata;
    if (type === "ADDED") lines.push(`+${name}`);
    if (type === "DELETED") lines.push(`-${name}`);
    if (type === "MODIFIED" && isReady(object) && !isReady(previous)) lines.push(`ready ${name}`);
  });
  return lines;
}

test("pods come one after the other, each when the one before is ready", async (t) => {
  await using cluster = startCluster({ nodes });
  const lines = chronicle(cluster);
  cluster.apply(statefulSet());
  await cluster.settle();
  t.deepEqual(lines, ["+db-0", "ready db-0", "+db-1", "ready db-1", "+db-2", "ready db-2"]);
  const pod = cluster.store.get("Pod", { namespace: "default", name: "db-1" });
  const revision = cluster.store.get("StatefulSet", db)?.status?.updateRevision ?? "";
  t.regex(revision, /^db-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
  t.deepEqual(pod?.metadata.labels, {
    app: "db",
    "apps.kubernetes.io/pod-index": "1",
    "controller-revision-hash": revision,
    "statefulset.kubernetes.io/pod-name": "db-1",
  });
  t.is(pod?.spec.hostname, "db-1");
  t.is(pod?.spec.subdomain, "db-headless");
  t.like(cluster.store.get("StatefulSet", db)?.status, {
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    currentRevision: revision,
  });
});

test("under OrderedReady a pod that is not ready holds up the rest", async (t) => {
  const isReady = (pod: Pod): boolean => pod.metadata.name !== "db-1";
  await using cluster = startCluster({ nodes, isReady });
  cluster.apply(statefulSet());
  await cluster.settle();
  t.deepEqual(
    cluster.pods().map(({ metadata }) => metadata.name),
    ["db-0", "db-1"],
  );
});

test("under Parallel all come at once", async (t) => {
  await using cluster = startCluster({ nodes });
  const lines = chronicle(cluster);
  cluster.apply(statefulSet({ podManagementPolicy: "Parallel" }));
  await cluster.settle();
  t.deepEqual(lines.slice(0, 3), ["+db-0", "+db-1", "+db-2"]);
});

test("scaling down takes the highest number first, one at a time", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(statefulSet());
  await cluster.settle();
  const lines = chronicle(cluster);
  change(cluster, { replicas: 1 });
  await cluster.settle();
  t.deepEqual(lines, ["-db-2", "-db-1"]);
});

test("a rolling update replaces pods from the highest number down, by pods of the same name", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(statefulSet());
  await cluster.settle();
  const before = cluster.store.get("StatefulSet", db)?.status?.currentRevision;
  const lines = chronicle(cluster);
  change(cluster, { template: template("db:2") });
  await cluster.settle();
  t.deepEqual(lines, [
    ...["-db-2", "+db-2", "ready db-2"],
    ...["-db-1", "+db-1", "ready db-1"],
    ...["-db-0", "+db-0", "ready db-0"],
  ]);
  const { status } = cluster.store.get("StatefulSet", db) ?? {};
  t.not(status?.currentRevision, before);
  t.is(status?.currentRevision, status?.updateRevision);
  t.deepEqual(
    cluster.store
      .list("ControllerRevision")
      .map(({ revision }) => revision)
      .sort(),
    [1, 2],
  );
});

test("pods below the partition keep, and come back with, the old template", async (t) => {
  await using cluster = startCluster({ nodes });
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 2 } } as const;
  cluster.apply(statefulSet({ updateStrategy }));
  await cluster.settle();
  change(cluster, { template: template("db:2") });
  await cluster.settle();
  t.deepEqual(images(cluster), ["db:1", "db:1", "db:2"]);
  for (const name of ["db-0", "db-2"]) {
    requestDeletion(cluster.store, "Pod", { namespace: "default", name });
    await cluster.settle();
  }
  t.deepEqual(images(cluster), ["db:1", "db:1", "db:2"]);
  t.like(cluster.store.get("StatefulSet", db)?.status, { currentReplicas: 2, updatedReplicas: 1 });
});

test("going back to an old template gives its revision a new number", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(statefulSet({ replicas: 1 }));
  for (const image of ["db:2", "db:1"]) {
    await cluster.settle();
    change(cluster, { template: template(image) });
  }
  await cluster.settle();
  t.deepEqual(images(cluster), ["db:1"]);
  t.deepEqual(
    cluster.store
      .list("ControllerRevision")
      .map(({ revision }) => revision)
      .sort(),
    [2, 3],
  );
});

test("numbers may start elsewhere", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(statefulSet({ ordinals: { start: 5 }, replicas: 2 }));
  await cluster.settle();
  t.deepEqual(
    cluster.pods().map(({ metadata }) => metadata.name),
    ["db-5", "db-6"],
  );
});
