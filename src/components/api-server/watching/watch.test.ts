import { type ClientRequest, get, type IncomingMessage } from "node:http";
import test from "ava";
import { createObject, deleteObject } from "../../../api/requests/requests.ts";
import type { Store } from "../../../api/store/store.ts";
import { until } from "../../../base/until.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

interface Line {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly object: any;
}

/** A watch that is being read. Ends with its disposal. */
class Reading implements Disposable {
  readonly lines: Line[] = [];
  isOver = false;
  readonly #request: ClientRequest;
  #rest = "";

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      const parts = (this.#rest + text).split("\n");
      this.#rest = parts.pop() ?? "";
      this.lines.push(...parts.map((part) => JSON.parse(part) as Line));
    });
    response.on("close", () => {
      this.isOver = true;
    });
  }

  static async start(server: TestServer, query: string, accept?: string): Promise<Reading> {
    const request = get(`${server.url}${path}?watch=true${query}`, {
      headers: { ...(accept !== undefined && { accept }) },
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve);
      request.once("error", reject);
    });
    return new Reading(request, response);
  }

  /** `ADDED a`, as soon as there are so many of them. */
  async seen(count: number): Promise<readonly string[]> {
    await until(async () => this.lines.length >= count || undefined, {
      intervalMs: 2,
      signal: AbortSignal.timeout(20_000),
    });
    return this.lines.map(({ type, object }) =>
      [type, object.metadata?.name ?? object.reason ?? ""].join(" ").trim(),
    );
  }

  async over(): Promise<void> {
    await until(async () => this.isOver || undefined, {
      intervalMs: 2,
      signal: AbortSignal.timeout(20_000),
    });
  }

  [Symbol.dispose](): void {
    this.#request.destroy();
  }
}

const path = "/api/v1/namespaces/default/configmaps";

async function serverWith(...names: readonly string[]): Promise<TestServer> {
  return fill(await startTestServer({ store }), names);
}

const store = { historyCapacity: 4, firstRevision: 1_000 };

function fill(server: TestServer, names: readonly string[]): TestServer {
  createObject(server.store, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "default" },
  });
  for (const name of names) put(server.store, name);
  return server;
}

function put(store: Store, name: string, labels?: Record<string, string>): void {
  const metadata = { name, namespace: "default", ...(labels && { labels }) };
  if (store.get("ConfigMap", metadata) === undefined) {
    createObject(store, { apiVersion: "v1", kind: "ConfigMap", metadata });
  } else {
    store.patch("ConfigMap", metadata, (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: labels ?? {} },
    }));
  }
}

function remove(store: Store, name: string): void {
  deleteObject(store, "ConfigMap", { namespace: "default", name });
}

test("a watch from a version shows what was changed since, then what is being changed", async (t) => {
  await using server = await serverWith("a");
  const { resourceVersion } = server.store;
  put(server.store, "b");
  using watch = await Reading.start(server, `&resourceVersion=${resourceVersion}`);
  put(server.store, "b", { x: "y" });
  remove(server.store, "a");
  t.deepEqual(await watch.seen(3), ["ADDED b", "MODIFIED b", "DELETED a"]);
  const versions = watch.lines.map(({ object }) => Number(object.metadata.resourceVersion));
  t.deepEqual(
    versions,
    [1, 2, 3].map((more) => Number(resourceVersion) + more),
  );
});

for (const version of ["", "&resourceVersion=0"]) {
  test(`a watch from "${version}" begins with what there is`, async (t) => {
    await using server = await serverWith("a", "b");
    using watch = await Reading.start(server, version);
    remove(server.store, "b");
    t.deepEqual(await watch.seen(3), ["ADDED a", "ADDED b", "DELETED b"]);
  });
}

test("a streaming list says when it is complete, with an object of the resource's kind", async (t) => {
  await using server = await serverWith("a", "b");
  const { resourceVersion } = server.store;
  using watch = await Reading.start(
    server,
    "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
  );
  await watch.seen(3);
  put(server.store, "c");
  t.deepEqual(await watch.seen(4), ["ADDED a", "ADDED b", "BOOKMARK", "ADDED c"]);
  const { object } = watch.lines[2] ?? { object: undefined };
  t.like(object, {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { resourceVersion, annotations: { "k8s.io/initial-events-end": "true" } },
  });
});

test("a streaming list of nothing is complete at once", async (t) => {
  await using server = await serverWith();
  using watch = await Reading.start(
    server,
    "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
  );
  t.deepEqual(await watch.seen(1), ["BOOKMARK"]);
});

test("a streaming list that does not say how new it has to be is refused", async (t) => {
  await using server = await serverWith();
  const { code, body } = await server.ask("GET", `${path}?watch=1&sendInitialEvents=true`);
  t.is(code, 422);
  t.is(body.reason, "Invalid");
});

for (const [title, version] of [
  ["too old", "1001"],
  ["from before the store", "5"],
  ["from the future, which another lab has told", "99999999"],
] as const) {
  test(`a version that is ${title} is answered with 410, and the watch ends`, async (t) => {
    await using server = await serverWith(..."abcdefghijklm");
    using watch = await Reading.start(server, `&resourceVersion=${version}`);
    t.deepEqual(await watch.seen(1), ["ERROR Expired"]);
    t.is(watch.lines[0]?.object.code, 410);
    await watch.over();
  });
}

test("what comes to match a selector is new to its watcher, what ceases to match is gone", async (t) => {
  await using server = await serverWith("a", "other");
  using watch = await Reading.start(server, "&labelSelector=x%3Dy");
  put(server.store, "a", { x: "y" });
  put(server.store, "a", { x: "y", more: "z" });
  put(server.store, "a", { x: "z" });
  put(server.store, "a", { x: "w" });
  put(server.store, "last", { x: "y" });
  t.deepEqual(await watch.seen(4), ["ADDED a", "MODIFIED a", "DELETED a", "ADDED last"]);
  const { labels, resourceVersion } = watch.lines[2]?.object.metadata ?? {};
  // As it was when it still matched, with the version of the change.
  t.deepEqual(labels, { x: "y", more: "z" });
  t.is(Number(resourceVersion), Number(watch.lines[1]?.object.metadata.resourceVersion) + 1);
});

test("one object is watched by its name", async (t) => {
  await using server = await serverWith("a", "b");
  using watch = await Reading.start(server, "&fieldSelector=metadata.name%3Db");
  put(server.store, "a", { x: "y" });
  remove(server.store, "b");
  t.deepEqual(await watch.seen(2), ["ADDED b", "DELETED b"]);
});

test("a watch that is given a time ends in good order, with a bookmark", async (t) => {
  await using server = await serverWith("a");
  using watch = await Reading.start(server, "&allowWatchBookmarks=true&timeoutSeconds=1");
  t.deepEqual(await watch.seen(2), ["ADDED a", "BOOKMARK"]);
  t.is(watch.lines[1]?.object.metadata.resourceVersion, server.store.resourceVersion);
  await watch.over();
});

test("a watch that is given no time ends when the server finds that it has lasted long enough", async (t) => {
  await using server = fill(await startTestServer({ store, watchLifeMs: () => 30 }), ["a"]);
  using watch = await Reading.start(server, "&allowWatchBookmarks=true");
  t.deepEqual(await watch.seen(2), ["ADDED a", "BOOKMARK"]);
  await watch.over();
  t.is(server.api.watches, 0);
});

test("a watched table names its columns once", async (t) => {
  await using server = await serverWith("a");
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  using watch = await Reading.start(server, "", accept);
  put(server.store, "b");
  await watch.seen(2);
  const [first, second] = watch.lines;
  t.is(first?.object.kind, "Table");
  t.is(first?.object.columnDefinitions[0].name, "Name");
  t.is(second?.object.columnDefinitions, null);
  t.is(second?.object.rows[0].cells[0], "b");
  t.is(second?.object.rows[0].object.metadata.name, "b");
});

test("whoever does not read falls behind, is told so, and holds nobody up", async (t) => {
  await using server = await serverWith();
  const slow = get(`${server.url}${path}?watch=true`);
  const response = await new Promise<IncomingMessage>((resolve) => slow.once("response", resolve));
  response.pause();
  using quick = await Reading.start(server, "");
  const data = { key: "x".repeat(400_000) };
  let count = 0;
  // Until the slow one's sockets are full and the store has forgotten where it was.
  while (server.api.watches === 2) {
    const metadata = { name: `big${count}`, namespace: "default" };
    createObject(server.store, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
    count++;
    await quick.seen(count);
    t.true(count < 200, "the slow watch was never ended");
  }
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += chunk;
  const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as Line;
  t.is(last.type, "ERROR");
  t.is(last.object.code, 410);
  slow.destroy();
});

test("a thousand watches come and go, and nothing of them is left", async (t) => {
  await using server = await serverWith("a");
  const watches = await Promise.all(Array.from({ length: 1_000 }, () => Reading.start(server, "")));
  await until(async () => server.api.watches === 1_000 || undefined, {
    intervalMs: 5,
    signal: AbortSignal.timeout(20_000),
  });
  put(server.store, "b");
  for (const watch of watches) t.deepEqual(await watch.seen(2), ["ADDED a", "ADDED b"]);
  for (const watch of watches) watch[Symbol.dispose]();
  await until(async () => server.api.watches === 0 || undefined, {
    intervalMs: 5,
    signal: AbortSignal.timeout(20_000),
  });
  t.is((await server.ask("GET", path)).body.items.length, 2);
});

test("the end of the server is the end of its watches", async (t) => {
  const server = await serverWith("a");
  using watch = await Reading.start(server, "");
  await watch.seen(1);
  await server[Symbol.asyncDispose]();
  await watch.over();
  t.is(server.api.watches, 0);
});
