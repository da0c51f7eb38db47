import test from "ava";
import type { AnyObject } from "../../objects/kinds.ts";
import type { ManagedFieldsEntry } from "../../objects/meta.ts";
import { createObject, updateObject } from "../../requests/requests.ts";
import { Store } from "../../store/store.ts";

const key = { namespace: "default", name: "web" };

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: key,
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web:1" }] },
    },
  },
};

function storeWithDeployment(fieldManager?: string): Store {
  const store = new Store({ now: () => Date.UTC(2026, 10, 28) });
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  createObject(store, deployment, fieldManager === undefined ? {} : { fieldManager });
  return store;
}

function notes(object: AnyObject | undefined): readonly ManagedFieldsEntry[] {
  return object?.metadata.managedFields ?? [];
}

test("notes: what a controller writes to an object of a client's is the controller's", (t) => {
  const store = storeWithDeployment("kubectl-create");
  const updated = store.patch("Deployment", key, (object) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { "deployment.kubernetes.io/revision": "1" } },
    status: { replicas: 2 },
  }));
  const [controller, client] = notes(updated);
  t.deepEqual<unknown, unknown>(controller, {
    manager: "kube-controller-manager",
    operation: "Update",
    apiVersion: "apps/v1",
    time: "2026-11-28T00:00:00Z",
    fieldsType: "FieldsV1",
    fieldsV1: {
      "f:metadata": {
        "f:annotations": { ".": {}, "f:deployment.kubernetes.io/revision": {} },
      },
      "f:status": { "f:replicas": {} },
    },
    subresource: "status",
  });
  t.is(client?.manager, "kubectl-create");
});

test("notes: an object that no client's writing was noted on has none", (t) => {
  const store = storeWithDeployment();
  const updated = store.patch("Deployment", key, (object) => ({
    ...object,
    status: { replicas: 2 },
  }));
  t.deepEqual(notes(updated), []);
});

test("notes: a client that gives no name leaves the notes as they are", (t) => {
  const store = storeWithDeployment("kubectl-create");
  const before = notes(store.get("Deployment", key));
  updateObject(store, { ...deployment, spec: { ...deployment.spec, replicas: 5 } });
  t.is(store.get("Deployment", key)?.spec.replicas, 5);
  t.deepEqual(notes(store.get("Deployment", key)), before);
});
