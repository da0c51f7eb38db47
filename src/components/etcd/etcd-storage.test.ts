/** With answers as etcd 3.4 gives them, each in its turn. */
import test from "ava";
import { pino } from "pino";
import { ApiError } from "../../api/errors/api-error.ts";
import type { ConfigMap } from "../../api/objects/cluster.ts";
import type { StorageChange } from "../../api/store/storage.ts";
import { EtcdStorage } from "./etcd-storage.ts";
import type { EtcdTransport } from "./transport.ts";

const log = pino({ level: "silent" });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function configMap(name: string, text: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default" },
    data: { text },
  };
}

function put(name: string, text: string, revision: number): object {
  const key = base64(`/registry/configmaps/default/${name}`);
  const value = base64(JSON.stringify(configMap(name, text)));
  return { kv: { key, value, mod_revision: String(revision) } };
}

function gone(name: string, revision: number): object {
  const key = base64(`/registry/configmaps/default/${name}`);
  return { type: "DELETE", kv: { key, mod_revision: String(revision) } };
}

const header = (revision: number): object => ({ header: { revision: String(revision) } });
const watchLine = (...events: readonly object[]): string =>
  `${JSON.stringify({ result: { ...header(99), events } })}\n`;
const begun = JSON.stringify({ result: { ...header(1), created: true } });

interface Asked {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly body: any;
}

type Answer = object | string | "refused" | "timed out";

/** A way to etcd that gives `answers`, and fails when it is asked for more. */
function transport(
  answers: readonly Answer[],
  follow: EtcdTransport["follow"] = () => Promise.resolve(),
): EtcdTransport & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const left = [...answers];
  return {
    asked,
    follow,
    ask: (path, json) => {
      asked.push({ path, body: JSON.parse(json) });
      const answer = left.shift();
      if (answer === undefined) throw new Error(`nobody expected ${path} ${json}`);
      if (answer === "refused" || answer === "timed out") {
        return { type: "unreachable", why: answer };
      }
      const isText = typeof answer === "string";
      const status = !isText && "error" in answer ? 503 : 200;
      return { type: "answer", status, body: isText ? answer : JSON.stringify(answer) };
    },
  };
}

/** Knows all up to revision 10, as after a snapshot of nothing. */
function storageAt10(
  answers: readonly Answer[],
  follow?: EtcdTransport["follow"],
): { readonly storage: EtcdStorage; readonly asked: Asked[] } {
  const way = transport([header(10), ...answers], follow);
  const storage = new EtcdStorage(way, log);
  storage.snapshot();
  way.asked.length = 0;
  return { storage, asked: way.asked };
}

const motd = { kind: "ConfigMap", key: { namespace: "default", name: "motd" } } as const;
const write = { ...motd, object: configMap("motd", "hello"), previous: undefined };

function told(changes: readonly StorageChange[]): readonly string[] {
  return changes.map(
    ({ revision, kind, key, object }) =>
      `${revision} ${kind} ${key.name} ${object?.metadata.resourceVersion ?? "gone"}`,
  );
}

test("a write is a transaction on the revision that was read", (t) => {
  const done = { ...header(11), succeeded: true };
  const { storage, asked } = storageAt10([
    done,
    { ...done, ...header(12) },
    { ...done, ...header(13) },
  ]);
  t.deepEqual(storage.commit(write), { revision: 11, before: [] });
  t.deepEqual(storage.commit({ ...write, previous: "11" }), { revision: 12, before: [] });
  t.deepEqual(storage.commit({ ...motd, object: undefined, previous: "12" }), {
    revision: 13,
    before: [],
  });
  const key = base64("/registry/configmaps/default/motd");
  t.deepEqual(
    asked.map(({ path, body }) => [
      path,
      body.compare[0].mod_revision,
      Object.keys(body.success[0]),
    ]),
    [
      ["/v3/kv/txn", "0", ["request_put"]],
      ["/v3/kv/txn", "11", ["request_put"]],
      ["/v3/kv/txn", "12", ["request_delete_range"]],
    ],
  );
  t.true(asked.every(({ body }) => body.compare[0].key === key));
});

test("what others wrote before one's own write is read before it is told", (t) => {
  const done = { ...header(14), succeeded: true };
  const elsewhere = { kv: { key: base64("foo"), mod_revision: "13" } };
  const lines = `${begun}\n${watchLine(put("a", "1", 11), gone("b", 12), elsewhere)}${watchLine(put("motd", "hello", 14))}`;
  const { storage, asked } = storageAt10([done, lines]);
  const { revision, before } = storage.commit(write);
  t.is(revision, 14);
  t.deepEqual(told(before), ["11 ConfigMap a 11", "12 ConfigMap b gone"]);
  t.is(asked[1]?.body.create_request.start_revision, "11");
});

const refusals: ReadonlyArray<{
  readonly title: string;
  readonly previous: string | undefined;
  readonly reason: ApiError["reason"];
}> = [
  { title: "something is there already", previous: undefined, reason: "AlreadyExists" },
  { title: "another revision is there", previous: "9", reason: "Conflict" },
];

for (const { title, previous, reason } of refusals) {
  test(`a write is refused when ${title}`, (t) => {
    const { storage } = storageAt10([header(12)]);
    const error = t.throws(() => storage.commit({ ...write, previous }), { instanceOf: ApiError });
    t.is(error.reason, reason);
  });
}

test("what etcd says against a write is what the client is told", (t) => {
  const { storage } = storageAt10([
    { error: "etcdserver: mvcc: database space exceeded", code: 8 },
  ]);
  const error = t.throws(() => storage.commit(write), { instanceOf: ApiError });
  t.is(error.reason, "Unknown");
  t.is(error.message, "etcdserver: mvcc: database space exceeded");
});

test("who reads without a version hears first what others have written", (t) => {
  const { storage, asked } = storageAt10([
    header(10),
    header(12),
    `${watchLine(put("a", "1", 11))}${watchLine(put("a", "2", 12))}`,
    header(12),
  ]);
  t.deepEqual(storage.changesSince(), []);
  t.deepEqual(told(storage.changesSince()), ["11 ConfigMap a 11", "12 ConfigMap a 12"]);
  t.deepEqual(storage.changesSince(), []);
  t.is(asked.length, 4);
});

test("a snapshot is all pages of one revision; what is no object is passed over", (t) => {
  const { kv: first } = put("a", "1", 5) as { kv: object };
  const { kv: last } = put("b", "1", 6) as { kv: object };
  const garbage = { key: base64("/registry/configmaps/default/c"), value: base64("k8s\0") };
  const way = transport([
    { ...header(8), kvs: [first, garbage], more: true },
    { ...header(9), kvs: [last] },
  ]);
  const { revision, objects } = new EtcdStorage(way, log).snapshot();
  t.is(revision, 8);
  t.deepEqual(
    objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
    [
      ["a", "5"],
      ["b", "6"],
    ],
  );
  t.is(way.asked[1]?.body.key, base64("/registry/configmaps/default/c\0"));
  t.is(way.asked[1]?.body.revision, "8");
});

test("an etcd that could not be reached is asked again only when the watch has found it", async (t) => {
  const end = new AbortController();
  let watches = 0;
  const follow: EtcdTransport["follow"] = async (_request, onLine, signal) => {
    watches++;
    // The first try finds nobody, as the write before it.
    if (watches === 1) return;
    onLine(begun);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const done = { ...header(11), succeeded: true };
  const { storage, asked } = storageAt10(["refused", done], follow);
  t.throws(() => storage.commit(write), { message: /code = Unavailable .*connection refused/ });
  t.throws(() => storage.commit(write), { message: /connection refused/ });
  t.is(asked.length, 1);
  const following = storage.follow({
    onChanges: () => t.fail(),
    onLost: () => t.fail(),
    signal: end.signal,
  });
  await storage.recovered(AbortSignal.timeout(10_000));
  t.is(storage.commit(write).revision, 11);
  end.abort();
  await following;
  t.is(watches, 2);
});

test("an etcd that does not answer in time is told apart from one that is not there", (t) => {
  const { storage } = storageAt10(["timed out"]);
  const error = t.throws(() => storage.commit(write), { instanceOf: ApiError });
  t.is(error.reason, "Timeout");
  t.false(storage.isReachable);
});

test("the watch tells what others write, and not what it has told already", async (t) => {
  const end = new AbortController();
  const changes: StorageChange[] = [];
  const requests: string[] = [];
  let lost = 0;
  const connections: ReadonlyArray<readonly string[]> = [
    [begun, watchLine(put("motd", "hello", 11)), watchLine(put("a", "1", 12), put("b", "1", 12))],
    [begun, watchLine(put("b", "1", 12), gone("a", 13))],
    [
      JSON.stringify({
        result: { ...header(99), created: true, canceled: true, compact_revision: "50" },
      }),
    ],
  ];
  const follow: EtcdTransport["follow"] = async ({ json }, onLine) => {
    requests.push(JSON.parse(json).create_request.start_revision);
    for (const line of connections[requests.length - 1] ?? []) onLine(line);
    if (requests.length === connections.length) end.abort();
  };
  const { storage } = storageAt10([{ ...header(11), succeeded: true }], follow);
  storage.commit(write);
  await storage.follow({
    onChanges: (news) => changes.push(...news),
    onLost: () => lost++,
    signal: end.signal,
  });
  t.deepEqual(told(changes), ["12 ConfigMap a 12", "12 ConfigMap b 12", "13 ConfigMap a gone"]);
  t.deepEqual(requests, ["12", "13", "14"]);
  t.is(lost, 1);
});
