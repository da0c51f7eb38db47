import test from "ava";
import { ApiError } from "../errors/api-error.ts";
import type { AnyObject } from "../objects/kinds.ts";
import { asApplied } from "../patch/apply/last-applied.ts";
import { Store } from "../store/store.ts";
import { applyObject } from "./apply-object.ts";
import { createObject } from "./requests.ts";

function cluster(): Store {
  const store = new Store();
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  return store;
}

type Written = Readonly<Record<string, unknown>>;

/** As a file's object is applied: with the annotation that tells what the file says. */
function apply(store: Store, written: Written): ReturnType<typeof applyObject> {
  // What is wrong with it, applying says.
  return applyObject(store, asApplied(written as unknown as AnyObject, written));
}

const pod = (spec: object = {}, metadata: object = {}): Written => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "web", ...metadata } },
  spec: { containers: [{ name: "web", image: "web" }], ...spec },
});

const deployment = (spec: object = {}): Written => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web" }] },
    },
    ...spec,
  },
});

const service = (ports: readonly object[]): Written => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
  spec: { selector: { app: "web" }, ports },
});

const webPod = { namespace: "default", name: "web" };

test("a Pod applied again is unchanged, whatever the cluster has added to it", (t) => {
  const store = cluster();
  t.is(apply(store, pod()).outcome, "created");
  const mount = { name: "token", mountPath: "/var/run/secrets" };
  store.patch("Pod", webPod, ({ spec, ...rest }) => ({
    ...rest,
    spec: {
      ...spec,
      nodeName: "node01",
      volumes: [{ name: "token", emptyDir: {} }],
      containers: spec.containers.map((container) => ({ ...container, volumeMounts: [mount] })),
    },
  }));
  const running = store.get("Pod", webPod);
  const { outcome, object } = apply(store, pod());
  t.is(outcome, "unchanged");
  t.true(object === running);
});

test("what a Pod may change is changed, and its place is kept", (t) => {
  const store = cluster();
  apply(store, pod());
  store.patch("Pod", webPod, ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, nodeName: "node01" },
  }));
  const { outcome } = apply(store, pod({}, { labels: { app: "web" } }));
  t.is(outcome, "configured");
  const changed = store.get("Pod", webPod);
  t.deepEqual(changed?.metadata.labels, { app: "web" });
  t.is(changed?.spec.nodeName, "node01");
});

test("what a Pod may not change is refused in the server's words, with what to do", (t) => {
  const store = cluster();
  apply(store, pod());
  const error = t.throws(() => apply(store, pod({ hostNetwork: true })), { instanceOf: ApiError });
  t.is(error?.code, "API_INVALID");
  t.regex(
    error?.message ?? "",
    /^Pod "web" is invalid: spec: Forbidden: pod updates may not change/,
  );
  t.is(error?.hint, "delete it first, so that it is made anew");
});

test("a field that was applied and is written no more goes, and what others set stays", (t) => {
  const store = cluster();
  apply(store, deployment({ minReadySeconds: 5, replicas: 2 }));
  store.patch("Deployment", webPod, ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, paused: true },
  }));
  t.is(apply(store, deployment({ replicas: 2 })).outcome, "configured");
  const spec = store.get("Deployment", webPod)?.spec;
  t.is(spec?.minReadySeconds, undefined);
  t.true(spec?.paused);
});

test("replicas that are not written stay as they were scaled", (t) => {
  const store = cluster();
  apply(store, deployment());
  store.patch("Deployment", webPod, ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, replicas: 4 },
  }));
  t.is(apply(store, deployment()).outcome, "unchanged");
  t.is(store.get("Deployment", webPod)?.spec.replicas, 4);
});

test("of a list, the item that is written no more goes with all that was filled in", (t) => {
  const store = cluster();
  const [dns, metrics] = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "metrics", port: 9153 },
  ];
  apply(store, service([dns, metrics]));
  t.is(apply(store, service([dns, metrics])).outcome, "unchanged");
  t.is(apply(store, service([metrics])).outcome, "configured");
  t.deepEqual(store.get("Service", webPod)?.spec.ports, [
    { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
  ]);
});

test("what nobody applied loses nothing when it is applied for the first time", (t) => {
  const store = cluster();
  const labels = { "kubernetes.io/hostname": "node01" };
  store.create({
    ...{ apiVersion: "v1", kind: "Node", metadata: { name: "node01", labels } },
    spec: { podCIDR: "10.244.0.0/24", podCIDRs: ["10.244.0.0/24"] },
  });
  const written = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node01", labels: { a: "b" } },
  };
  t.is(apply(store, written).outcome, "configured");
  const node = store.get("Node", { namespace: "", name: "node01" });
  t.deepEqual(node?.metadata.labels, { ...labels, a: "b" });
  t.is(node?.spec.podCIDR, "10.244.0.0/24");
});

test("what is read from the server, changed and applied, is as it was changed", (t) => {
  const store = cluster();
  apply(store, deployment({ minReadySeconds: 5 }));
  const { spec, ...rest } = store.get("Deployment", webPod) ?? t.fail();
  const { minReadySeconds: _, ...others } = spec;
  const changed = { ...rest, spec: { ...others, replicas: 3 } };
  t.is(apply(store, { ...changed }).outcome, "configured");
  const { metadata, spec: now } = store.get("Deployment", webPod) ?? t.fail();
  t.deepEqual([now.minReadySeconds, now.replicas], [undefined, 3]);
  t.is(metadata.uid, rest.metadata.uid);
});

test("what is no object at all is refused", (t) => {
  for (const written of [{}, { kind: "Pod" }, { apiVersion: "v1", kind: "Pod", metadata: 7 }]) {
    t.throws(() => apply(cluster(), written), { instanceOf: ApiError });
  }
});
