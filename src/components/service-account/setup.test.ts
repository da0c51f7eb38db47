import test from "ava";
import { type Logger, pino } from "pino";
import { createObject, deleteObject } from "../../api/requests/requests.ts";
import { Store } from "../../api/store/store.ts";
import { setupServiceAccount } from "./setup.ts";

const silent: Logger = pino({ level: "silent" });
const rootCertificate = "-----BEGIN CERTIFICATE-----\n";

const namespace = (name: string): unknown => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

test("every namespace, old or new, has the default account and the authority's certificate", async (t) => {
  const store = new Store();
  createObject(store, namespace("old"));
  await using controllers = setupServiceAccount({ store, log: silent, rootCertificate });
  createObject(store, namespace("new"));
  await controllers.whenIdle();
  for (const name of ["old", "new"]) {
    t.truthy(store.get("ServiceAccount", { namespace: name, name: "default" }));
    const map = store.get("ConfigMap", { namespace: name, name: "kube-root-ca.crt" });
    t.deepEqual(map?.data, { "ca.crt": rootCertificate });
  }
});

test("what was deleted or changed is put right", async (t) => {
  const store = new Store();
  createObject(store, namespace("vote"));
  await using controllers = setupServiceAccount({ store, log: silent, rootCertificate });
  await controllers.whenIdle();
  const account = { namespace: "vote", name: "default" };
  const map = { namespace: "vote", name: "kube-root-ca.crt" };
  const before = store.get("ServiceAccount", account)?.metadata.uid;
  deleteObject(store, "ServiceAccount", account);
  store.patch("ConfigMap", map, (object) => ({ ...object, data: { "ca.crt": "another" } }));
  await controllers.whenIdle();
  const after = store.get("ServiceAccount", account)?.metadata.uid;
  t.truthy(after);
  t.not(after, before);
  t.deepEqual(store.get("ConfigMap", map)?.data, { "ca.crt": rootCertificate });
});

test("a namespace that is ending gets nothing new", async (t) => {
  const store = new Store();
  createObject(store, namespace("vote"));
  await using controllers = setupServiceAccount({ store, log: silent, rootCertificate });
  await controllers.whenIdle();
  deleteObject(store, "Namespace", { namespace: "", name: "vote" });
  deleteObject(store, "ServiceAccount", { namespace: "vote", name: "default" });
  await controllers.whenIdle();
  t.deepEqual(store.list("ServiceAccount"), []);
});
