import { once } from "node:events";
import { Agent, get, type IncomingMessage, type RequestOptions, request } from "node:http";
import test from "ava";
import { parse } from "yaml";
import { createObject } from "../../api/requests/requests.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

async function serverWith(...names: readonly string[]): Promise<TestServer> {
  const server = await startTestServer();
  createObject(server.store, namespace("default"));
  for (const name of names) createObject(server.store, configMap(name));
  return server;
}

const namespace = (name: string): unknown => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

const configMap = (name: string, labels?: object): Record<string, unknown> => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels },
  data: { key: name },
});

const path = "/api/v1/namespaces/default/configmaps";

test("an object is created, read, replaced, listed and deleted", async (t) => {
  await using server = await serverWith();
  const created = await server.ask("POST", path, { body: configMap("a") });
  t.is(created.code, 201);
  t.truthy(created.body.metadata.uid);

  const read = await server.ask("GET", `${path}/a`);
  t.deepEqual(read.body, created.body);

  const changed = { ...read.body, data: { key: "b" } };
  const replaced = await server.ask("PUT", `${path}/a`, { body: changed });
  t.is(replaced.code, 200);
  t.deepEqual(replaced.body.data, { key: "b" });
  const stale = await server.ask("PUT", `${path}/a`, { body: changed });
  t.is(stale.code, 409);
  t.is(stale.body.reason, "Conflict");

  const listed = await server.ask("GET", path);
  t.is(listed.body.kind, "ConfigMapList");
  t.is(listed.body.metadata.resourceVersion, server.store.resourceVersion);
  t.deepEqual(listed.body.items[0].data, { key: "b" });
  t.false("kind" in listed.body.items[0]);

  const deleted = await server.ask("DELETE", `${path}/a`);
  t.is(deleted.body.status, "Success");
  t.deepEqual(deleted.body.details, {
    name: "a",
    kind: "configmaps",
    uid: created.body.metadata.uid,
  });
  t.is((await server.ask("GET", `${path}/a`)).code, 404);
});

test("a dry run answers as if, and leaves everything as it is", async (t) => {
  await using server = await serverWith("a");
  const before = server.store.resourceVersion;
  const created = await server.ask("POST", `${path}?dryRun=All`, { body: configMap("b") });
  t.is(created.code, 201);
  t.is(created.body.data.key, "b");
  const { code } = await server.ask("DELETE", `${path}/a`, { body: { dryRun: ["All"] } });
  t.is(code, 200);
  t.is(server.store.resourceVersion, before);
  t.is(server.store.list("ConfigMap").length, 1);
});

test("unknown fields are warned of, or refused when asked to be strict", async (t) => {
  await using server = await serverWith();
  const body = { ...configMap("a"), dta: {} };
  const strict = await server.ask("POST", `${path}?fieldValidation=Strict`, { body });
  t.is(strict.code, 400);
  t.regex(strict.body.message, /strict decoding error: unknown field "dta"/);
  const warned = await server.ask("POST", path, { body });
  t.is(warned.code, 201);
  t.regex(warned.headers.get("warning") ?? "", /^299 - "unknown field \\"dta\\"/);
});

test("without a credential there is nothing but version and health", async (t) => {
  await using server = await startTestServer({ authenticate: () => undefined });
  for (const open of ["/version", "/healthz", "/livez", "/readyz"]) {
    t.is((await server.ask("GET", open)).code, 200, open);
  }
  for (const closed of ["/", "/api", "/apis", "/api/v1/pods", "/openapi/v2"]) {
    const { code, body } = await server.ask("GET", closed);
    t.is(code, 401, closed);
    t.is(body.reason, "Unauthorized");
  }
});

test("a list in parts shows one version of the store, whatever is changed between them", async (t) => {
  await using server = await serverWith("a", "b", "c", "d");
  const first = await server.ask("GET", `${path}?limit=2`);
  t.deepEqual(namesIn(first.body), ["a", "b"]);
  t.is(first.body.metadata.remainingItemCount, 2);
  server.store.remove("ConfigMap", { namespace: "default", name: "c" });
  createObject(server.store, configMap("bb"));
  const { continue: token, resourceVersion } = first.body.metadata;
  const second = await server.ask("GET", `${path}?limit=2&continue=${token}`);
  t.deepEqual(namesIn(second.body), ["c", "d"]);
  t.is(second.body.metadata.resourceVersion, resourceVersion);
  t.is(second.body.metadata.continue, undefined);
  t.deepEqual(namesIn((await server.ask("GET", path)).body), ["a", "b", "bb", "d"]);
});

test("a part whose version is forgotten is refused with 410", async (t) => {
  await using server = await startTestServer({ store: { historyCapacity: 2 } });
  createObject(server.store, namespace("default"));
  for (const name of ["a", "b", "c"]) createObject(server.store, configMap(name));
  const { body } = await server.ask("GET", `${path}?limit=1`);
  for (const name of ["d", "e", "f", "g", "h"]) createObject(server.store, configMap(name));
  const late = await server.ask("GET", `${path}?limit=1&continue=${body.metadata.continue}`);
  t.is(late.code, 410);
  t.is(late.body.reason, "Expired");
});

for (const { accept, type } of [
  { accept: "application/json", type: "application/json" },
  { accept: "application/yaml", type: "application/yaml" },
]) {
  test(`a list that is too long for one breath is whole, as ${type}`, async (t) => {
    const names = Array.from({ length: 1_201 }, (_, index) => `m${index}`);
    await using server = await serverWith(...names);
    const { headers, body } = await server.ask("GET", path, { headers: { accept } });
    t.is(headers.get("content-type"), type);
    const list = typeof body === "string" ? parse(body) : body;
    t.is(list.kind, "ConfigMapList");
    t.deepEqual(namesIn(list), names.toSorted());
  });
}

test("a table that is too long for one breath is whole, with its columns once", async (t) => {
  const names = Array.from({ length: 1_201 }, (_, index) => `m${index}`);
  await using server = await serverWith(...names);
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const { body } = await server.ask("GET", path, { headers: { accept } });
  t.is(body.kind, "Table");
  t.is(body.metadata.resourceVersion, server.store.resourceVersion);
  t.is(body.columnDefinitions[0].name, "Name");
  const shown = body.rows.map(({ cells }: { cells: readonly string[] }) => cells[0]);
  t.deepEqual(shown, names.toSorted());
});

test("others are served while somebody reads a long list slowly", async (t) => {
  await using server = await serverWith();
  for (let index = 0; index < 1_000; index++) {
    const big = { ...configMap(`m${index}`), data: { key: "x".repeat(50_000) } };
    createObject(server.store, big);
  }
  const slow = get(`${server.url}${path}`);
  const response = await new Promise<IncomingMessage>((resolve) => slow.once("response", resolve));
  response.pause();
  const { body } = await server.ask("GET", `${path}/m7`);
  t.is(body.metadata.name, "m7");
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += chunk;
  t.is(JSON.parse(text).items.length, 1_000);
});

test("a whole collection is deleted by its labels", async (t) => {
  await using server = await serverWith();
  for (const [name, app] of [
    ["a", "x"],
    ["b", "y"],
    ["c", "x"],
  ] as const) {
    createObject(server.store, configMap(name, { app }));
  }
  const { body } = await server.ask("DELETE", `${path}?labelSelector=app%3Dx`);
  t.is(body.kind, "ConfigMapList");
  t.deepEqual(namesIn(body), ["a", "c"]);
  t.deepEqual(
    server.store.list("ConfigMap").map(({ metadata }) => metadata.name),
    ["b"],
  );
});

test("a body of more than 3 MiB is refused", async (t) => {
  await using server = await serverWith();
  const body = { ...configMap("a"), data: { key: "x".repeat(3 * 1024 * 1024) } };
  t.is((await server.ask("POST", path, { body })).code, 413);
});

test("what clients ask for and a lab has nothing of is an empty list, and cannot be made", async (t) => {
  await using server = await serverWith("a");
  const jobs = "/apis/batch/v1/namespaces/default/jobs";
  const { body: list } = await server.ask("GET", jobs);
  t.is(list.kind, "JobList");
  t.deepEqual(list.items, []);
  t.is(list.metadata.resourceVersion, server.store.resourceVersion);
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  t.deepEqual((await server.ask("GET", jobs, { headers: { accept } })).body.rows, []);
  t.is((await server.ask("GET", `${jobs}/a`)).body.message, 'jobs.batch "a" not found');
  const made = await server.ask("POST", jobs, { body: {} });
  t.is(made.code, 405);
  t.regex(made.body.message, /^jobs.batch cannot be made in a podwire lab: nothing here would run/);
  t.is((await server.ask("DELETE", `${jobs}/a`)).code, 404);
});

for (const { what, method, body } of [
  { what: "a read", method: "GET", body: undefined },
  { what: "a write", method: "POST", body: JSON.stringify(configMap("b")) },
]) {
  test(`${what} that also asks for another protocol is answered as if it did not, and so is the next`, async (t) => {
    await using server = await serverWith("a");
    const headers = { connection: "keep-alive, Upgrade", upgrade: "h2c" };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const codes: unknown[] = [];
    for (const _time of ["first", "second"]) {
      codes.push(await codeOf(`${server.url}${path}`, { method, headers, agent }, body));
    }
    t.deepEqual(codes, method === "GET" ? [200, 200] : [201, 409]);
    agent.destroy();
  });
}

async function codeOf(url: string, options: RequestOptions, body?: string): Promise<unknown> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, {
      ...options,
      headers: { ...options.headers, "content-type": "application/json" },
    })
      .once("response", resolve)
      .once("error", reject)
      .end(body);
  });
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

function namesIn(list: {
  items: ReadonlyArray<{ metadata: { name: string } }>;
}): readonly string[] {
  return list.items.map(({ metadata }) => metadata.name);
}
