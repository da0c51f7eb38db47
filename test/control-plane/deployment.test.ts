import test from "ava";
import type { Pod } from "../../src/api/objects/pod.ts";
import type { Deployment, ReplicaSet } from "../../src/api/objects/workload.ts";
import { isPodActive, isPodReady } from "../../src/api/pods/pod-state.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { type Cluster, node, startCluster } from "./cluster.ts";

const nodes = [node("node01"), node("node02")];
const web = { namespace: "default", name: "web" };

function deployment(spec: Partial<Deployment["spec"]> = {}, image: string = "web:1"): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...web },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image }] },
      },
      ...spec,
    },
  };
}

function change(cluster: Cluster, spec: Partial<Deployment["spec"]>): void {
  cluster.store.patch("Deployment", web, (current) => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }));
}

function changeImage(cluster: Cluster, image: string): void {
  change(cluster, { template: deployment({}, image).spec.template });
}

function replicaSets(cluster: Cluster): readonly ReplicaSet[] {
  return cluster.store
    .list("ReplicaSet")
    .toSorted((a, b) => revision(a).localeCompare(revision(b)));
}

function revision({ metadata }: ReplicaSet | Deployment): string {
  return metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "";
}

function images(pods: readonly Pod[]): readonly string[] {
  return pods.map(({ spec }) => spec.containers[0]?.image ?? "").sort();
}

function conditions(cluster: Cluster): readonly string[] {
  const { conditions: all = [] } = cluster.store.get("Deployment", web)?.status ?? {};
  return all.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort();
}

function events(cluster: Cluster, reason: string): readonly string[] {
  return cluster.store
    .list("Event")
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .filter((event) => event.reason === reason)
    .map(({ message }) => message);
}

test("a deployment becomes a replica set, pods on nodes, and a finished rollout", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 3 }));
  await cluster.settle();
  const [replicaSet] = replicaSets(cluster);
  const hash = replicaSet?.metadata.labels?.["pod-template-hash"] ?? "";
  t.regex(hash, /^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
  t.is(replicaSet?.metadata.name, `web-${hash}`);
  t.deepEqual(replicaSet?.spec.selector.matchLabels, { app: "web", "pod-template-hash": hash });
  t.deepEqual(replicaSet?.metadata.annotations, {
    "deployment.kubernetes.io/desired-replicas": "3",
    "deployment.kubernetes.io/max-replicas": "4",
    "deployment.kubernetes.io/revision": "1",
  });
  const [pod, ...others] = cluster.pods();
  t.is(others.length, 2);
  t.regex(pod?.metadata.name ?? "", new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
  t.is(pod?.metadata.generateName, `web-${hash}-`);
  t.deepEqual(pod?.metadata.labels, { app: "web", "pod-template-hash": hash });
  t.deepEqual(pod?.metadata.ownerReferences, [
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      name: `web-${hash}`,
      uid: replicaSet?.metadata.uid ?? "",
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  const { status, metadata } = cluster.store.get("Deployment", web) ?? {};
  t.is(metadata?.annotations?.["deployment.kubernetes.io/revision"], "1");
  t.like(status, {
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: undefined,
  });
  t.deepEqual(conditions(cluster), [
    "Available=True MinimumReplicasAvailable",
    "Progressing=True NewReplicaSetAvailable",
  ]);
  t.deepEqual(events(cluster, "ScalingReplicaSet"), [
    `Scaled up replica set web-${hash} from 0 to 3`,
  ]);
  t.is(events(cluster, "SuccessfulCreate").length, 3);
  t.is(events(cluster, "Scheduled").length, 3);
});

test("scaling from 1 to 4 keeps the first pod", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment());
  await cluster.settle();
  const [first] = cluster.pods();
  change(cluster, { replicas: 4 });
  await cluster.settle();
  const names = cluster.pods().map(({ metadata }) => metadata.name);
  t.is(names.length, 4);
  t.true(names.includes(first?.metadata.name ?? ""));
  t.is(replicaSets(cluster).length, 1);
  change(cluster, { replicas: 0 });
  await cluster.settle();
  t.deepEqual(cluster.pods(), []);
  t.is(cluster.store.get("Deployment", web)?.status?.replicas, undefined);
});

test("a rolling update with maxUnavailable 0 never has fewer pods ready than replicas", async (t) => {
  await using cluster = startCluster({ nodes });
  const strategy = {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  } as const;
  cluster.apply(deployment({ replicas: 4, strategy }));
  await cluster.settle();
  let fewestReady = Number.POSITIVE_INFINITY;
  let mostPods = 0;
  cluster.store.watch("Pod", () => {
    const active = cluster.pods().filter(isPodActive);
    fewestReady = Math.min(fewestReady, active.filter(isPodReady).length);
    mostPods = Math.max(mostPods, active.length);
  });
  changeImage(cluster, "web:2");
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), Array(4).fill("web:2"));
  t.is(fewestReady, 4);
  t.is(mostPods, 5);
  t.deepEqual(
    replicaSets(cluster).map((each) => [revision(each), each.spec.replicas]),
    [
      ["1", 0],
      ["2", 4],
    ],
  );
  t.is(conditions(cluster)[1], "Progressing=True NewReplicaSetAvailable");
});

test("a rollout whose pods never get ready stops within its limits and misses its deadline", async (t) => {
  const isReady = (pod: Pod): boolean => images([pod])[0] !== "web:bad";
  await using cluster = startCluster({ nodes, isReady });
  cluster.apply(deployment({ replicas: 4, progressDeadlineSeconds: 60 }));
  await cluster.settle();
  changeImage(cluster, "web:bad");
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), ["web:1", "web:1", "web:1", "web:bad", "web:bad"]);
  t.deepEqual(conditions(cluster), [
    "Available=True MinimumReplicasAvailable",
    "Progressing=True ReplicaSetUpdated",
  ]);
  await cluster.advance(62_000);
  t.is(conditions(cluster)[1], "Progressing=False ProgressDeadlineExceeded");
  // Going back finds the old replica set and gives it a new number.
  changeImage(cluster, "web:1");
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), Array(4).fill("web:1"));
  t.deepEqual(
    replicaSets(cluster).map((each) => [revision(each), each.spec.replicas]),
    [
      ["2", 0],
      ["3", 4],
    ],
  );
  t.is(revision(cluster.store.get("Deployment", web) ?? deployment()), "3");
  t.is(conditions(cluster)[1], "Progressing=True NewReplicaSetAvailable");
});

test("Recreate ends the last old pod before it makes the first new one", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 3, strategy: { type: "Recreate" } }));
  await cluster.settle();
  const mixtures = new Set<string>();
  cluster.store.watch("Pod", () => {
    mixtures.add([...new Set(images(cluster.pods()))].join("+"));
  });
  changeImage(cluster, "web:2");
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), Array(3).fill("web:2"));
  t.deepEqual([...mixtures].sort(), ["", "web:1", "web:2"]);
});

test("minReadySeconds delays availability and, with it, the rollout", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 2, minReadySeconds: 10 }));
  await cluster.settle();
  t.is(cluster.store.get("Deployment", web)?.status?.readyReplicas, 2);
  t.is(conditions(cluster)[0], "Available=False MinimumReplicasUnavailable");
  await cluster.advance(10_000);
  t.deepEqual(conditions(cluster), [
    "Available=True MinimumReplicasAvailable",
    "Progressing=True NewReplicaSetAvailable",
  ]);
});

test("a paused deployment scales, and rolls out only when it is resumed", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 2 }));
  await cluster.settle();
  change(cluster, { paused: true, template: deployment({}, "web:2").spec.template, replicas: 3 });
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), Array(3).fill("web:1"));
  t.is(conditions(cluster)[1], "Progressing=Unknown DeploymentPaused");
  change(cluster, { paused: false });
  await cluster.settle();
  t.deepEqual(images(cluster.pods()), Array(3).fill("web:2"));
});

test("scaling during a stuck rollout is spread in proportion", async (t) => {
  const isReady = (pod: Pod): boolean => images([pod])[0] !== "web:bad";
  await using cluster = startCluster({ nodes, isReady });
  const strategy = {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 3, maxUnavailable: 2 },
  } as const;
  cluster.apply(deployment({ replicas: 10, strategy }));
  await cluster.settle();
  changeImage(cluster, "web:bad");
  await cluster.settle();
  const sizes = (): ReadonlyArray<number | undefined> =>
    replicaSets(cluster).map(({ spec }) => spec.replicas);
  t.deepEqual(sizes(), [8, 5]);
  change(cluster, { replicas: 15 });
  await cluster.settle();
  t.deepEqual(sizes(), [11, 7]);
});

test("old replica sets beyond revisionHistoryLimit are forgotten", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ revisionHistoryLimit: 2 }));
  for (const image of ["web:2", "web:3", "web:4", "web:5"]) {
    await cluster.settle();
    changeImage(cluster, image);
  }
  await cluster.settle();
  t.deepEqual(replicaSets(cluster).map(revision), ["3", "4", "5"]);
});

test("a deleted deployment takes its replica sets and pods along", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 2 }));
  await cluster.settle();
  requestDeletion(cluster.store, "Deployment", web);
  t.is(cluster.store.get("Deployment", web), undefined);
  await cluster.settle();
  t.deepEqual(cluster.store.list("ReplicaSet"), []);
  t.deepEqual(cluster.pods(), []);
});

test("a deployment deleted in the foreground outlives what it owns", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 2 }));
  await cluster.settle();
  const ends: string[] = [];
  for (const kind of ["Deployment", "Pod", "ReplicaSet"] as const) {
    cluster.store.watch(kind, ({ type }) => {
      if (type === "DELETED") ends.push(kind);
    });
  }
  requestDeletion(cluster.store, "Deployment", web, { propagationPolicy: "Foreground" });
  await cluster.settle();
  t.deepEqual(ends, ["Pod", "Pod", "ReplicaSet", "Deployment"]);
});

test("orphaned replica sets live on, and a new deployment adopts them", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(deployment({ replicas: 2 }));
  await cluster.settle();
  const before = cluster.pods().map(({ metadata }) => metadata.uid);
  requestDeletion(cluster.store, "Deployment", web, { propagationPolicy: "Orphan" });
  await cluster.settle();
  t.is(cluster.store.get("Deployment", web), undefined);
  t.deepEqual(replicaSets(cluster)[0]?.metadata.ownerReferences, undefined);
  const again = cluster.apply(deployment({ replicas: 2 }));
  await cluster.settle();
  t.is(replicaSets(cluster)[0]?.metadata.ownerReferences?.[0]?.uid, again.metadata.uid);
  t.deepEqual(
    cluster.pods().map(({ metadata }) => metadata.uid),
    before,
  );
});
