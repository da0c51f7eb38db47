/** Whatever is done to a cluster, and in whatever order: in the end it is as its objects say. */
import test from "ava";
import fc from "fast-check";
import { keyOf } from "../../src/api/objects/meta.ts";
import type { Pod } from "../../src/api/objects/pod.ts";
import type { Deployment, StatefulSet } from "../../src/api/objects/workload.ts";
import { requestDeletion } from "../../src/api/requests/deletion.ts";
import { type Cluster, node, startCluster } from "./cluster.ts";

type Change =
  | { readonly type: "scale"; readonly replicas: number }
  | { readonly type: "image"; readonly image: string }
  | { readonly type: "kill"; readonly index: number; readonly gracePeriodSeconds: number }
  | { readonly type: "node"; readonly name: string; readonly isThere: boolean }
  | { readonly type: "settle" };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant("scale" as const), replicas: fc.integer({ min: 0, max: 7 }) }),
  fc.record({
    type: fc.constant("image" as const),
    image: fc.constantFrom("web:1", "web:2", "web:3"),
  }),
  fc.record({
    type: fc.constant("kill" as const),
    index: fc.nat(20),
    gracePeriodSeconds: fc.constantFrom(0, 30),
  }),
  fc.record({
    type: fc.constant("node" as const),
    name: fc.constantFrom("node02", "node03"),
    isThere: fc.boolean(),
  }),
  fc.record({ type: fc.constant("settle" as const) }),
);

const selector = { matchLabels: { app: "web" } };
const template = (image: string): Deployment["spec"]["template"] => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image }] },
});
const web = { namespace: "default", name: "web" };

function deployment(strategy: NonNullable<Deployment["spec"]["strategy"]>): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: web,
    spec: { replicas: 3, selector, template: template("web:1"), strategy },
  };
}

function statefulSet(podManagementPolicy: "OrderedReady" | "Parallel"): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: web,
    spec: { replicas: 3, selector, template: template("web:1"), podManagementPolicy },
  };
}

const workloads: ReadonlyArray<readonly [string, Deployment | StatefulSet]> = [
  [
    "a Deployment that surges",
    deployment({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }),
  ],
  [
    "a Deployment that does without",
    deployment({ type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: "50%" } }),
  ],
  ["a Deployment that recreates", deployment({ type: "Recreate" })],
  ["an ordered StatefulSet", statefulSet("OrderedReady")],
  ["a parallel StatefulSet", statefulSet("Parallel")],
];

for (const [title, workload] of workloads) {
  const { kind } = workload;
  test(`${title} gets there, whatever happens on the way`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        await using cluster = startCluster({ nodes: [node("node01"), node("node02")] });
        cluster.apply<"Deployment" | "StatefulSet">(workload);
        for (const each of changes) await make(each, kind, cluster);
        await cluster.settle();
        const now = cluster.store.get(kind, web);
        const pods = cluster.pods();
        const want = now?.spec.template.spec.containers[0]?.image ?? "";
        t.deepEqual(pods.map(imageOf), Array(now?.spec.replicas).fill(want));
        const nodes = new Set(cluster.store.list("Node").map(({ metadata }) => metadata.name));
        t.true(pods.every(({ spec: { nodeName = "" } }) => nodes.has(nodeName)));
        t.is(now?.status?.readyReplicas ?? 0, pods.length);
        t.is(now?.status?.updatedReplicas ?? 0, pods.length);
      }),
      { numRuns: 25, seed: 1 },
    );
  });
}

async function make(
  each: Change,
  kind: "Deployment" | "StatefulSet",
  cluster: Cluster,
): Promise<void> {
  const { store } = cluster;
  switch (each.type) {
    case "scale":
      respec(kind, cluster, { replicas: each.replicas });
      return;
    case "image":
      respec(kind, cluster, { template: template(each.image) });
      return;
    case "kill": {
      const pods = cluster.pods();
      const pod = pods[each.index % Math.max(1, pods.length)];
      const { gracePeriodSeconds } = each;
      if (pod !== undefined) requestDeletion(store, "Pod", keyOf(pod), { gracePeriodSeconds });
      return;
    }
    case "node": {
      const key = { namespace: "", name: each.name };
      if (!each.isThere) requestDeletion(store, "Node", key);
      else if (store.get("Node", key) === undefined) store.create<"Node">(node(each.name));
      return;
    }
    case "settle":
      await cluster.settle();
  }
}

function respec(
  kind: "Deployment" | "StatefulSet",
  { store }: Cluster,
  spec: Partial<Pick<Deployment["spec"], "replicas" | "template">>,
): void {
  if (kind === "Deployment") {
    store.patch("Deployment", web, (current) => ({
      ...current,
      spec: { ...current.spec, ...spec },
    }));
  } else {
    store.patch("StatefulSet", web, (current) => ({
      ...current,
      spec: { ...current.spec, ...spec },
    }));
  }
}

function imageOf({ spec }: Pod): string | undefined {
  return spec.containers[0]?.image;
}
