import test from "ava";
import { ApiError } from "../errors/api-error.ts";
import type { ConfigMap } from "../objects/cluster.ts";
import type { Pod } from "../objects/pod.ts";
import { Store } from "./store.ts";
import type { WatchEvent } from "./watch-event.ts";

function configMap(
  name: string,
  namespace: string = "default",
  data: ConfigMap["data"] = {},
): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

function pod(name: string, metadata: Partial<Pod["metadata"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", ...metadata },
    spec: { containers: [{ name: "c" }] },
  };
}

const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test("a new object is completed; a kind without generations has none", (t) => {
  const store = new Store({ now, newUid: () => "u" });
  t.deepEqual(store.create(pod("p")).metadata, {
    name: "p",
    namespace: "default",
    uid: "u",
    generation: 1,
    creationTimestamp: "2026-01-02T03:04:05Z",
    resourceVersion: "2",
  });
  t.false("generation" in store.create(configMap("c")).metadata);
});

test("generateName gives names that are free, the same ones for the same seed", (t) => {
  const random = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.99, 0.99, 0.99, 0.99, 0.99];
  const store = new Store({ randomFor: () => () => random.shift() ?? 0.5 });
  const names = [1, 2].map(() => store.create(pod("", { generateName: "web-" })).metadata.name);
  t.deepEqual(names, ["web-bbbbb", "web-99999"]);
  const long = new Store().create(pod("", { generateName: "x".repeat(80) })).metadata.name;
  t.is(long.length, 63);
});

test("a generated name does not depend on what else was named before", (t) => {
  const nameOf = (store: Store, base: string): string =>
    store.create(pod("", { generateName: base })).metadata.name;
  const one = new Store();
  const other = new Store();
  nameOf(other, "db-");
  t.is(nameOf(one, "web-"), nameOf(other, "web-"));
  t.not(nameOf(one, "web-"), nameOf(one, "web-"));
});

test("lists are in the order of keys, as the real store has them", (t) => {
  const store = new Store();
  for (const [name, namespace] of [
    ["b", "a"],
    ["z", "a-b"],
    ["a", "a"],
    ["c", "a.b"],
  ] as const) {
    store.create(configMap(name, namespace));
  }
  const keys = store
    .list("ConfigMap")
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  // "-" and "." come before "/".
  t.deepEqual(keys, ["a-b/z", "a.b/c", "a/a", "a/b"]);
  t.deepEqual(
    store.list("ConfigMap", "a").map(({ metadata }) => metadata.name),
    ["a", "b"],
  );
  t.deepEqual(store.list("ConfigMap", "none"), []);
});

test("what an owner owns is found by its uid, also after owners change and objects go", (t) => {
  const store = new Store();
  const owner = (uid: string) => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: uid, uid }],
  });
  const owned = (uid: string): readonly string[] =>
    store.listOwnedBy("Pod", uid).map(({ metadata }) => metadata.name);
  store.create(pod("b", owner("1")));
  store.create(pod("a", owner("1")));
  store.create(pod("c", owner("2")));
  t.deepEqual(owned("1"), ["a", "b"]);
  store.update(pod("a", owner("2")));
  t.deepEqual([owned("1"), owned("2")], [["b"], ["a", "c"]]);
  store.remove("Pod", { namespace: "default", name: "c" });
  t.deepEqual([owned("2"), owned("3")], [["a"], []]);
});

test("a write that changes nothing is none: no revision, no event", (t) => {
  const store = new Store();
  const created = store.create(configMap("c", "default", { a: "1" }));
  const events: WatchEvent[] = [];
  store.watch("ConfigMap", (event) => events.push(event));
  t.is(store.update(structuredClone(created)), created);
  t.is(store.update(configMap("c", "default", { a: "1" })), created);
  t.deepEqual(events, []);
  t.is(created.metadata.resourceVersion, store.resourceVersion);
});

const generations: ReadonlyArray<{
  readonly title: string;
  readonly change: (pod: Pod) => Pod;
  readonly generation: number;
}> = [
  {
    title: "the spec",
    change: (p) => ({ ...p, spec: { ...p.spec, nodeName: "n" } }),
    generation: 2,
  },
  { title: "the status", change: (p) => ({ ...p, status: { phase: "Running" } }), generation: 1 },
  {
    title: "a label",
    change: (p) => ({ ...p, metadata: { ...p.metadata, labels: { a: "b" } } }),
    generation: 1,
  },
  {
    title: "the end of its life",
    change: (p) => ({
      ...p,
      metadata: { ...p.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    }),
    generation: 2,
  },
  {
    title: "the generation itself",
    change: (p) => ({ ...p, metadata: { ...p.metadata, generation: 9, labels: { a: "b" } } }),
    generation: 1,
  },
];

for (const { title, change, generation } of generations) {
  test(`a change of ${title} makes generation ${generation}`, (t) => {
    const store = new Store();
    const updated = store.update(change(store.create(pod("p"))));
    t.is(updated.metadata.generation, generation);
  });
}

test("who writes from an old version is refused, who names none is not", (t) => {
  const store = new Store();
  const old = store.create(pod("p1"));
  store.update({ ...old, status: { phase: "Running" } });
  const error = t.throws(() => store.update({ ...old, status: { phase: "Failed" } }), {
    instanceOf: ApiError,
    message:
      'Operation cannot be fulfilled on pods "p1": the object has been modified; please apply your changes to the latest version and try again',
  });
  t.is(error?.reason, "Conflict");
  t.notThrows(() => store.update({ ...pod("p1"), status: { phase: "Failed" } }));
});

test("who writes to an object that was replaced by another of its name is refused", (t) => {
  const store = new Store();
  const { resourceVersion: _version, ...metadata } = store.create(pod("p1")).metadata;
  store.remove("Pod", { namespace: "default", name: "p1" });
  store.create(pod("p1"));
  t.throws(() => store.update({ ...pod("p1"), metadata }), {
    message: /^Operation cannot be fulfilled on pods "p1": the UID in the precondition \(/,
  });
});

for (const [title, write, message] of [
  ["the same name twice", (s: Store) => s.create(pod("p1")), 'pods "p1" already exists'],
  ["an update of nothing", (s: Store) => s.update(pod("none")), 'pods "none" not found'],
  [
    "an update of nothing in a named group",
    (s: Store) =>
      s.update({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "none", namespace: "default" },
        spec: { selector: {}, template: { spec: { containers: [] } } },
      }),
    'deployments.apps "none" not found',
  ],
] as const) {
  test(`${title} is refused in the server's words`, (t) => {
    const store = new Store();
    store.create(pod("p1"));
    t.throws(() => write(store), { instanceOf: ApiError, message });
  });
}

test("an object that is being deleted ends with its last finalizer", (t) => {
  const store = new Store();
  const held = store.create(pod("p", { finalizers: ["a", "b"] }));
  const marked = store.update({
    ...held,
    metadata: { ...held.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
  });
  const events: string[] = [];
  store.watch("Pod", ({ type }) => events.push(type));
  const half = store.update({ ...marked, metadata: { ...marked.metadata, finalizers: ["b"] } });
  t.truthy(store.get("Pod", { namespace: "default", name: "p" }));
  store.update({ ...half, metadata: { ...half.metadata, finalizers: [] } });
  t.is(store.get("Pod", { namespace: "default", name: "p" }), undefined);
  t.deepEqual(events, ["MODIFIED", "DELETED"]);
});

test("a watch goes on from any revision that is remembered, and from no other", (t) => {
  const store = new Store({ historyCapacity: 3 });
  const begin = store.resourceVersion;
  for (const name of ["a", "b"]) store.create(configMap(name));
  store.create(pod("p"));
  store.remove("ConfigMap", { namespace: "default", name: "a" });
  const told = (from: string): readonly string[] | undefined =>
    store
      .changesSince(from)
      ?.map(({ type, object }) => `${type} ${object.kind} ${object.metadata.name}`);
  t.deepEqual(told(begin), [
    "ADDED ConfigMap a",
    "ADDED ConfigMap b",
    "ADDED Pod p",
    "DELETED ConfigMap a",
  ]);
  t.deepEqual(told(String(Number(begin) + 3)), ["DELETED ConfigMap a"]);
  t.deepEqual(told(store.resourceVersion), []);
  t.is(told(String(Number(store.resourceVersion) + 1)), undefined, "still to come");
  t.is(told("x"), undefined);
  for (const name of ["c", "d", "e"]) store.create(configMap(name));
  t.is(told(begin), undefined, "forgotten");
  t.is(told(String(Number(store.resourceVersion) - 3))?.length, 3);
});

test("a deleted object's event has a revision of its own and the last state", (t) => {
  const store = new Store();
  const created = store.create(configMap("c", "default", { a: "1" }));
  const events: WatchEvent<"ConfigMap">[] = [];
  const end = store.watch("ConfigMap", (event) => events.push(event));
  store.remove("ConfigMap", { namespace: "default", name: "c" });
  end();
  store.create(configMap("d"));
  t.deepEqual(
    events.map(({ type, object, previous }) => [type, object.data, previous]),
    [["DELETED", { a: "1" }, created]],
  );
  t.true(
    Number(events[0]?.object.metadata.resourceVersion) > Number(created.metadata.resourceVersion),
  );
});
