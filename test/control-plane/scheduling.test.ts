import test from "ava";
import type { Pod } from "../../src/api/objects/pod.ts";
import type { ReplicaSet } from "../../src/api/objects/workload.ts";
import { isPodActive, isPodReady } from "../../src/api/pods/pod-state.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { type Cluster, node, startCluster } from "./cluster.ts";

const zone = (name: string): { readonly labels: Record<string, string> } => ({
  labels: { "topology.kubernetes.io/zone": name },
});

function pod(name: string, spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: { containers: [{ name: "c", image: "c" }], ...spec },
  };
}

function replicaSet(name: string, replicas: number): ReplicaSet {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod("").spec },
    },
  };
}

function nodeOf(cluster: Cluster, name: string): string | undefined {
  return cluster.store.get("Pod", { namespace: "default", name })?.spec.nodeName;
}

const web = { namespace: "default", name: "web" };

function setReady(cluster: Cluster, name: string, status: "True" | "Unknown"): void {
  cluster.store.patch("Node", { namespace: "", name }, (current) => ({
    ...current,
    status: { ...current.status, conditions: [{ type: "Ready", status }] },
  }));
}

test("a pod is bound, says so, and an event tells where", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01")] });
  cluster.apply(pod("web"));
  await cluster.settle();
  const bound = cluster.store.get("Pod", { namespace: "default", name: "web" });
  t.is(bound?.spec.nodeName, "node01");
  t.like(bound?.status?.conditions?.[0], { type: "PodScheduled", status: "True" });
  const event = cluster.store.list("Event").find(({ involvedObject: { kind } }) => kind === "Pod");
  t.like(event, {
    type: "Normal",
    reason: "Scheduled",
    message: "Successfully assigned default/web to node01",
    source: { component: "default-scheduler" },
  });
});

test("a pod that no node takes waits, says why, and is bound once a node takes it", async (t) => {
  const nodes = [
    node("master", {
      taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
    }),
    node("node01"),
    node("node02"),
  ];
  await using cluster = startCluster({ nodes });
  cluster.apply(pod("fast", { nodeSelector: { disk: "ssd" } }));
  await cluster.settle();
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
  const waiting = cluster.store.get("Pod", { namespace: "default", name: "fast" });
  t.like(waiting?.status?.conditions?.[0], {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message,
  });
  t.like(cluster.store.list("Event")[0], {
    type: "Warning",
    reason: "FailedScheduling",
    message,
    count: 1,
  });
  cluster.store.patch("Node", { namespace: "", name: "node02" }, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { ...current.metadata.labels, disk: "ssd" } },
  }));
  await cluster.settle();
  t.is(nodeOf(cluster, "fast"), "node02");
  const bound = cluster.store.get("Pod", { namespace: "default", name: "fast" });
  t.deepEqual(
    bound?.status?.conditions?.map(({ type, status, reason }) => [type, status, reason])[0],
    ["PodScheduled", "True", undefined],
  );
});

test("a pod waits for a host port to become free", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01")] });
  const ports = [{ containerPort: 80, hostPort: 80 }];
  const spec = { containers: [{ name: "c", image: "c", ports }] };
  cluster.apply(pod("first", spec));
  await cluster.settle();
  cluster.apply(pod("second", spec));
  await cluster.settle();
  t.is(nodeOf(cluster, "second"), undefined);
  requestDeletion(cluster.store, "Pod", { namespace: "default", name: "first" });
  await cluster.settle();
  t.is(nodeOf(cluster, "second"), "node01");
});

test("replicas are spread over nodes and zones, whatever else runs there", async (t) => {
  const nodes = [node("a1", zone("a")), node("a2", zone("a")), node("b1", zone("b"))];
  await using cluster = startCluster({ nodes });
  cluster.apply(replicaSet("other", 5));
  await cluster.settle();
  cluster.apply(replicaSet("web", 2));
  await cluster.settle();
  const placed = cluster
    .pods()
    .filter(({ metadata }) => metadata.labels?.["app"] === "web")
    .map(({ spec }) => spec.nodeName?.slice(0, 1));
  t.deepEqual(placed.sort(), ["a", "b"]);
});

test("a thousand pods are spread evenly", async (t) => {
  const nodes = Array.from({ length: 10 }, (_, index) => node(`node${index}`));
  await using cluster = startCluster({ nodes });
  cluster.apply(replicaSet("web", 1_000));
  await cluster.settle();
  const counts = new Map<string, number>();
  for (const { spec } of cluster.pods()) {
    counts.set(spec.nodeName ?? "", (counts.get(spec.nodeName ?? "") ?? 0) + 1);
  }
  t.deepEqual([...counts.values()], Array(10).fill(100));
});

test("the pods of a node that is gone are made again elsewhere", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01"), node("node02")] });
  cluster.apply(replicaSet("web", 4));
  await cluster.settle();
  requestDeletion(cluster.store, "Node", { namespace: "", name: "node01" });
  await cluster.settle();
  t.deepEqual(
    cluster.pods().map(({ spec }) => spec.nodeName),
    Array(4).fill("node02"),
  );
});

test("a NoExecute taint evicts at once, or after the time that a toleration gives", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01")] });
  const toleration = { key: "broken", operator: "Exists", effect: "NoExecute" } as const;
  cluster.apply(pod("fragile"));
  cluster.apply(pod("patient", { tolerations: [{ ...toleration, tolerationSeconds: 60 }] }));
  cluster.apply(pod("sturdy", { tolerations: [toleration] }));
  await cluster.settle();
  const names = (): readonly string[] => cluster.pods().map(({ metadata }) => metadata.name);
  cluster.store.patch("Node", { namespace: "", name: "node01" }, (current) => ({
    ...current,
    spec: { ...current.spec, taints: [{ key: "broken", effect: "NoExecute" }] },
  }));
  await cluster.settle();
  t.deepEqual(names(), ["patient", "sturdy"]);
  await cluster.advance(59_000);
  t.deepEqual(names(), ["patient", "sturdy"]);
  await cluster.advance(1_000);
  t.deepEqual(names(), ["sturdy"]);
});

test("the pods of a node that fell silent leave service at once, and move after five minutes", async (t) => {
  const silent = new Set<string | undefined>();
  const isReady = ({ spec }: Pod): boolean => !silent.has(spec.nodeName);
  await using cluster = startCluster({ nodes: [node("node01"), node("node02")], isReady });
  cluster.apply(replicaSet("web", 2));
  await cluster.settle();
  silent.add("node01");
  setReady(cluster, "node01", "Unknown");
  await cluster.settle();
  const ready = (): readonly string[] =>
    cluster
      .pods()
      .filter((each) => isPodActive(each) && isPodReady(each))
      .map(({ spec }) => spec.nodeName ?? "");
  t.deepEqual(ready(), ["node02"]);
  t.is(cluster.store.get("ReplicaSet", web)?.status?.readyReplicas, 1);
  await cluster.advance(300_000);
  t.deepEqual(ready(), ["node02", "node02"]);
  setReady(cluster, "node01", "True");
  await cluster.settle();
  t.is(cluster.store.get("Node", { namespace: "", name: "node01" })?.spec.taints, undefined);
});

test("a cordoned node keeps its pods and gets no more", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01"), node("node02")] });
  cluster.apply(replicaSet("web", 2));
  await cluster.settle();
  const cordon = (unschedulable: boolean): unknown =>
    cluster.store.patch("Node", { namespace: "", name: "node01" }, (current) => ({
      ...current,
      spec: { ...current.spec, unschedulable },
    }));
  cordon(true);
  await cluster.settle();
  const taints = cluster.store.get("Node", { namespace: "", name: "node01" })?.spec.taints;
  t.deepEqual(taints, [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }]);
  cluster.store.patch("ReplicaSet", web, (current) => ({
    ...current,
    spec: { ...current.spec, replicas: 5 },
  }));
  await cluster.settle();
  const nodes = cluster.pods().map(({ spec }) => spec.nodeName);
  t.deepEqual(nodes.sort(), ["node01", "node02", "node02", "node02", "node02"]);
});

test("a replica set adopts a matching orphan and releases what no longer matches", async (t) => {
  await using cluster = startCluster({ nodes: [node("node01")] });
  const stray = pod("stray");
  cluster.apply({ ...stray, metadata: { ...stray.metadata, labels: { app: "web" } } });
  const owner = cluster.apply(replicaSet("web", 1));
  await cluster.settle();
  t.deepEqual(
    cluster.pods().map(({ metadata }) => metadata.name),
    ["stray"],
  );
  t.is(cluster.pods()[0]?.metadata.ownerReferences?.[0]?.uid, owner.metadata.uid);
  cluster.store.patch("Pod", { namespace: "default", name: "stray" }, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { app: "set-aside" } },
  }));
  await cluster.settle();
  const released = cluster.store.get("Pod", { namespace: "default", name: "stray" });
  t.is(released?.metadata.ownerReferences, undefined);
  t.is(cluster.pods().length, 2);
});
