import test from "ava";
import type { Pod } from "../../src/api/objects/pod.ts";
import type { DaemonSet } from "../../src/api/objects/workload.ts";
import { isPodActive, isPodReady } from "../../src/api/pods/pod-state.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { type Cluster, node, startCluster } from "./cluster.ts";

const master = node("master", {
  taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
});
const nodes = [master, node("node01"), node("node02")];
const agent = { namespace: "kube-system", name: "agent" };

function daemonSet(spec: Partial<DaemonSet["spec"]> = {}, image: string = "agent:1"): DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { ...agent },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        metadata: { labels: { app: "agent" } },
        spec: { containers: [{ name: "agent", image }] },
      },
      ...spec,
    },
  };
}

function changeImage(cluster: Cluster, image: string): void {
  cluster.store.patch("DaemonSet", agent, (current) => ({
    ...current,
    spec: { ...current.spec, template: daemonSet({}, image).spec.template },
  }));
}

function placement(cluster: Cluster): readonly string[] {
  return cluster
    .pods()
    .filter(isPodActive)
    .map(({ spec }) => `${spec.nodeName} ${spec.containers[0]?.image}`)
    .sort();
}

test("every node that fits has one daemon, bound by the scheduler", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(daemonSet());
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:1", "node02 agent:1"]);
  const [pod] = cluster.pods();
  const [revision] = cluster.store.list("ControllerRevision");
  const hash = revision?.metadata.labels?.["controller-revision-hash"];
  t.is(revision?.metadata.name, `agent-${hash}`);
  t.like(pod?.metadata.labels, {
    "controller-revision-hash": hash,
    "pod-template-generation": "1",
  });
  t.deepEqual(cluster.store.get("DaemonSet", agent)?.status, {
    currentNumberScheduled: 2,
    desiredNumberScheduled: 2,
    numberMisscheduled: 0,
    numberReady: 2,
    numberAvailable: 2,
    updatedNumberScheduled: 2,
    observedGeneration: 1,
  });
});

test("a node that joins gets its daemon, and one that leaves takes its own along", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(daemonSet());
  await cluster.settle();
  cluster.store.create<"Node">(node("node03"));
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:1", "node02 agent:1", "node03 agent:1"]);
  requestDeletion(cluster.store, "Node", { namespace: "", name: "node01" });
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node02 agent:1", "node03 agent:1"]);
});

test("a cordon does not concern daemons, a taint they do not tolerate does", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.store.patch("Node", { namespace: "", name: "node01" }, (current) => ({
    ...current,
    spec: { ...current.spec, unschedulable: true },
  }));
  cluster.apply(daemonSet());
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:1", "node02 agent:1"]);
  cluster.store.patch("Node", { namespace: "", name: "node02" }, (current) => ({
    ...current,
    spec: { ...current.spec, taints: [{ key: "broken", effect: "NoExecute" }] },
  }));
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:1"]);
});

test("a rolling update makes one node at a time do without", async (t) => {
  const four = ["a", "b", "c", "d"].map((name) => node(name));
  await using cluster = startCluster({ nodes: four });
  cluster.apply(daemonSet());
  await cluster.settle();
  let fewest = 4;
  cluster.store.watch("Pod", () => {
    fewest = Math.min(
      fewest,
      cluster.pods().filter((pod) => isPodActive(pod) && isPodReady(pod)).length,
    );
  });
  changeImage(cluster, "agent:2");
  await cluster.settle();
  t.deepEqual(placement(cluster), ["a agent:2", "b agent:2", "c agent:2", "d agent:2"]);
  t.is(fewest, 3);
  t.is(cluster.store.get("DaemonSet", agent)?.status?.updatedNumberScheduled, 4);
});

test("an update to a daemon that never gets ready stops at the first node", async (t) => {
  const isReady = (pod: Pod): boolean => pod.spec.containers[0]?.image !== "agent:bad";
  await using cluster = startCluster({ nodes, isReady });
  cluster.apply(daemonSet());
  await cluster.settle();
  changeImage(cluster, "agent:bad");
  await cluster.settle();
  t.is(placement(cluster).filter((line) => line.endsWith("bad")).length, 1);
  t.like(cluster.store.get("DaemonSet", agent)?.status, {
    updatedNumberScheduled: 1,
    numberUnavailable: 1,
  });
});

test("with maxSurge the new daemon is ready before the old one goes", async (t) => {
  await using cluster = startCluster({ nodes });
  const updateStrategy = {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  } as const;
  cluster.apply(daemonSet({ updateStrategy }));
  await cluster.settle();
  let fewest = 2;
  cluster.store.watch("Pod", () => {
    fewest = Math.min(
      fewest,
      cluster.pods().filter((pod) => isPodActive(pod) && isPodReady(pod)).length,
    );
  });
  changeImage(cluster, "agent:2");
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:2", "node02 agent:2"]);
  t.is(fewest, 2);
});

test("OnDelete leaves the old daemons until somebody deletes them", async (t) => {
  await using cluster = startCluster({ nodes });
  cluster.apply(daemonSet({ updateStrategy: { type: "OnDelete" } }));
  await cluster.settle();
  changeImage(cluster, "agent:2");
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:1", "node02 agent:1"]);
  const [pod] = cluster.pods().filter(({ spec }) => spec.nodeName === "node01");
  requestDeletion(cluster.store, "Pod", {
    namespace: "kube-system",
    name: pod?.metadata.name ?? "",
  });
  await cluster.settle();
  t.deepEqual(placement(cluster), ["node01 agent:2", "node02 agent:1"]);
});
