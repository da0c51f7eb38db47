import test from "ava";
import { type Logger, pino } from "pino";
import { ApiError } from "../../api/errors/api-error.ts";
import { createObject, deleteObject } from "../../api/requests/requests.ts";
import { Store } from "../../api/store/store.ts";
import { createDefaultNamespaces } from "./default-namespaces.ts";
import { setupNamespace } from "./setup.ts";

const silent: Logger = pino({ level: "silent" });
const vote = { namespace: "", name: "vote" };

function cluster(): Store {
  const store = new Store();
  createDefaultNamespaces(store);
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "vote" } });
  return store;
}

const configMap = (namespace: string, name: string): unknown => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace, name },
});

test("a new cluster has its namespaces, once", (t) => {
  const store = new Store();
  createDefaultNamespaces(store);
  createDefaultNamespaces(store);
  t.deepEqual(
    store
      .list("Namespace")
      .map(({ metadata, status, spec }) => [
        metadata.name,
        metadata.labels?.["kubernetes.io/metadata.name"],
        status?.phase,
        spec?.finalizers?.join(),
      ]),
    ["default", "kube-node-lease", "kube-public", "kube-system"].map((name) => [
      name,
      name,
      "Active",
      "kubernetes",
    ]),
  );
});

test("a deleted namespace is emptied and goes; others stay", async (t) => {
  const store = cluster();
  await using controller = setupNamespace({ store, log: silent });
  createObject(store, configMap("vote", "a"));
  createObject(store, configMap("default", "b"));
  deleteObject(store, "Namespace", vote);
  await controller.whenIdle();
  t.is(store.get("Namespace", vote), undefined);
  t.deepEqual(
    store.list("ConfigMap").map(({ metadata }) => metadata.name),
    ["b"],
  );
});

test("a namespace waits for pods that end in their own time, says so, and lets nothing new in", async (t) => {
  const store = cluster();
  await using controller = setupNamespace({ store, log: silent });
  const pod = { namespace: "vote", name: "p" };
  createObject(store, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: pod,
    spec: { nodeName: "node01", containers: [{ name: "c", image: "web" }] },
  });
  deleteObject(store, "Namespace", vote);
  await controller.whenIdle();
  const waiting = store.get("Namespace", vote);
  t.is(waiting?.status?.phase, "Terminating");
  t.truthy(store.get("Pod", pod)?.metadata.deletionTimestamp);
  t.is(
    waiting?.status?.conditions?.[0]?.message,
    "Some resources are remaining: pods. has 1 resource instances",
  );
  const error = t.throws(() => createObject(store, configMap("vote", "late")), {
    instanceOf: ApiError,
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace vote because it is being terminated',
  });
  t.is(error?.reason, "Forbidden");
  store.remove("Pod", pod);
  await controller.whenIdle();
  t.is(store.get("Namespace", vote), undefined);
});

for (const name of ["default", "kube-system", "kube-public"]) {
  test(`${name} may not be deleted`, (t) => {
    t.throws(() => deleteObject(cluster(), "Namespace", { namespace: "", name }), {
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    });
  });
}

test("nothing can be created in a namespace that does not exist", (t) => {
  const error = t.throws(() => createObject(cluster(), configMap("nosuch", "a")), {
    instanceOf: ApiError,
    message: 'namespaces "nosuch" not found',
  });
  t.is(error?.reason, "NotFound");
});
