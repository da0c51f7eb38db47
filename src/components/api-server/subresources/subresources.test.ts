import test from "ava";
import { createObject } from "../../../api/requests/requests.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

async function cluster(): Promise<TestServer> {
  const server = await startTestServer();
  const { store } = server;
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  createObject(store, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace: "default" },
    spec: { replicas: 2, selector: { matchLabels: { app: "d" } }, template },
  });
  createObject(store, { apiVersion: "v1", kind: "Pod", ...template });
  createObject(store, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
  return server;
}

const template = {
  metadata: { labels: { app: "d" }, name: "p" },
  spec: { containers: [{ name: "c", image: "web" }] },
};

const deployment = "/apis/apps/v1/namespaces/default/deployments/d";
const pod = "/api/v1/namespaces/default/pods/p";

test("a scale is the workload's size, its selector, and its version", async (t) => {
  await using server = await cluster();
  const { body } = await server.ask("GET", `${deployment}/scale`);
  const { metadata } = (await server.ask("GET", deployment)).body;
  t.is(body.kind, "Scale");
  t.is(body.apiVersion, "autoscaling/v1");
  t.is(body.metadata.resourceVersion, metadata.resourceVersion);
  t.deepEqual(body.spec, { replicas: 2 });
  t.deepEqual(body.status, { replicas: 0, selector: "app=d" });
});

test("writing a scale changes the size, once for each version that was read", async (t) => {
  await using server = await cluster();
  const { body: read } = await server.ask("GET", `${deployment}/scale`);
  const body = { ...read, spec: { replicas: 5 } };
  const written = await server.ask("PUT", `${deployment}/scale`, { body });
  t.is(written.code, 200);
  t.deepEqual(written.body.spec, { replicas: 5 });
  t.is((await server.ask("GET", deployment)).body.spec.replicas, 5);
  t.is((await server.ask("PUT", `${deployment}/scale`, { body })).code, 409);
});

test("a scale is never negative", async (t) => {
  await using server = await cluster();
  const { code, body } = await server.ask("PUT", `${deployment}/scale`, {
    body: { spec: { replicas: -1 } },
  });
  t.is(code, 422);
  t.is(body.details.causes[0].field, "spec.replicas");
});

test("status and the rest of an object are written apart", async (t) => {
  await using server = await cluster();
  const { body: read } = await server.ask("GET", deployment);
  const both = { ...read, spec: { ...read.spec, replicas: 7 }, status: { replicas: 3 } };
  const status = await server.ask("PUT", `${deployment}/status`, { body: both });
  t.is(status.body.spec.replicas, 2);
  t.is(status.body.status.replicas, 3);
  const { metadata } = status.body;
  const main = await server.ask("PUT", deployment, {
    body: { ...both, metadata, status: { replicas: 9 } },
  });
  t.is(main.body.spec.replicas, 7);
  t.is(main.body.status.replicas, 3);
});

test("a binding puts a pod on a node, and no second one moves it", async (t) => {
  await using server = await cluster();
  const body = { target: { kind: "Node", name: "node01" } };
  const first = await server.ask("POST", `${pod}/binding`, { body });
  t.is(first.code, 201);
  t.is(first.body.status, "Success");
  t.is((await server.ask("GET", pod)).body.spec.nodeName, "node01");
  t.is((await server.ask("POST", `${pod}/binding`, { body })).code, 409);
});

test("an eviction deletes the pod, in a dry run it does not", async (t) => {
  await using server = await cluster();
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" } };
  const dry = { ...body, deleteOptions: { dryRun: ["All"] } };
  t.is((await server.ask("POST", `${pod}/eviction`, { body: dry })).code, 201);
  t.is((await server.ask("GET", pod)).code, 200);
  t.is((await server.ask("POST", `${pod}/eviction`, { body })).code, 201);
  t.is((await server.ask("GET", pod)).code, 404);
});

test("a sub-resource that the kind does not have is not found", async (t) => {
  await using server = await cluster();
  t.is((await server.ask("GET", `${pod}/scale`)).code, 404);
  t.is((await server.ask("DELETE", `${deployment}/scale`)).code, 405);
});

test("a namespace that is ending ends when what holds it is taken away", async (t) => {
  await using server = await cluster();
  const namespaces = "/api/v1/namespaces";
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
  const { body: made } = await server.ask("POST", namespaces, { body });
  t.is((await server.ask("DELETE", `${namespaces}/shop`)).body.status.phase, "Terminating");
  const free = { ...made, spec: { finalizers: [] } };
  t.is((await server.ask("PUT", `${namespaces}/shop/finalize`, { body: free })).code, 200);
  t.is((await server.ask("GET", `${namespaces}/shop`)).code, 404);
});
