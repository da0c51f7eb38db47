import test from "ava";
import { ApiError } from "../errors/api-error.ts";
import type { ConfigMap } from "../objects/cluster.ts";
import type { Storage, StorageChange, StorageWrite } from "./storage.ts";
import { Store } from "./store.ts";
import type { WatchEvent } from "./watch-event.ts";

function configMap(name: string, text: string = "", resourceVersion?: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace: "default",
      uid: `uid of ${name}`,
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    data: { text },
  };
}

function change(revision: number, name: string, text?: string): StorageChange {
  return {
    revision,
    kind: "ConfigMap",
    key: { namespace: "default", name },
    object: text === undefined ? undefined : configMap(name, text, String(revision)),
  };
}

/** A storage in which everything takes the next revision but one, and others have written `before`. */
function storage(
  before: readonly StorageChange[] = [],
): Storage & { readonly writes: StorageWrite[] } {
  const writes: StorageWrite[] = [];
  return {
    writes,
    commit: (write, after) => {
      writes.push(write);
      return { revision: after + 2, before };
    },
    changesSince: () => before,
  };
}

function toldOf(store: Store): string[] {
  const told: string[] = [];
  store.watch("ConfigMap", ({ type, object, previous }: WatchEvent<"ConfigMap">) => {
    const { name, resourceVersion } = object.metadata;
    told.push(`${type} ${name} ${resourceVersion} ${previous?.metadata.resourceVersion ?? "-"}`);
  });
  return told;
}

test("versions are the storage's revisions, and it is told what is replaced", (t) => {
  const kept = storage();
  const store = new Store({ storage: kept, firstRevision: 10 });
  const created = store.create(configMap("a", "1"));
  t.is(created.metadata.resourceVersion, "12");
  const updated = store.update({ ...created, data: { text: "2" } });
  t.is(updated.metadata.resourceVersion, "14");
  t.is(
    store.remove("ConfigMap", { namespace: "default", name: "a" })?.metadata.resourceVersion,
    "16",
  );
  t.deepEqual(
    kept.writes.map(({ previous, object }) => [previous, object?.metadata.resourceVersion]),
    [
      [undefined, undefined],
      ["12", undefined],
      ["14", undefined],
    ],
  );
  t.deepEqual(
    kept.writes.map(({ object }) => object === undefined),
    [false, false, true],
  );
});

test("what the storage refuses has not happened", (t) => {
  const refusal = new ApiError("Conflict", "no");
  const refusing: Storage = {
    commit: () => {
      throw refusal;
    },
    changesSince: () => [],
  };
  const store = new Store({ storage: refusing });
  const told = toldOf(store);
  store.absorb([change(5, "a", "1")]);
  t.is(
    t.throws(() => store.create(configMap("b"))),
    refusal,
  );
  t.is(
    t.throws(() => store.remove("ConfigMap", { namespace: "default", name: "a" })),
    refusal,
  );
  t.is(
    t.throws(() => store.update(configMap("a", "2"))),
    refusal,
  );
  t.is(store.list("ConfigMap").length, 1);
  t.is(store.resourceVersion, "5");
  t.deepEqual(told, ["ADDED a 5 -"]);
});

test("a dry run does not reach the storage", (t) => {
  const kept = storage();
  const store = new Store({ storage: kept });
  store.create(configMap("a"), { dryRun: true });
  t.deepEqual(kept.writes, []);
});

test("what others wrote before one's own write is told before it", (t) => {
  const store = new Store({ storage: storage([change(11, "b", "1")]), firstRevision: 10 });
  const told = toldOf(store);
  store.create(configMap("a"));
  t.deepEqual(told, ["ADDED b 11 -", "ADDED a 12 -"]);
});

test("what others write is told once, in order, also when one revision has several changes", (t) => {
  const store = new Store({ firstRevision: 1 });
  const told = toldOf(store);
  store.absorb([change(5, "a", "1"), change(5, "b", "1")]);
  store.absorb([change(5, "a", "1"), change(7, "a", "2"), change(9, "b"), change(9, "nobody")]);
  t.deepEqual(told, ["ADDED a 5 -", "ADDED b 5 -", "MODIFIED a 7 5", "DELETED b 9 5"]);
  const since = (version: string): number | undefined => store.changesSince(version)?.length;
  t.deepEqual(["1", "4", "5", "6", "7", "9"].map(since), [4, 4, 2, 2, 1, 0]);
});

test("reading what is current takes in what the storage has", (t) => {
  const store = new Store({ storage: storage([change(3, "a", "1")]), firstRevision: 2 });
  t.is(store.get("ConfigMap", { namespace: "default", name: "a" }), undefined);
  store.makeCurrent();
  t.is(store.get("ConfigMap", { namespace: "default", name: "a" })?.data?.["text"], "1");
});

test("while the API server is down nothing is written and all can be read", (t) => {
  const store = new Store();
  store.create(configMap("a"));
  store.close(() => new ApiError("ServiceUnavailable", "connection refused"));
  const error = t.throws(() => store.create(configMap("b")), { instanceOf: ApiError });
  t.is(error.reason, "ServiceUnavailable");
  t.is(store.list("ConfigMap").length, 1);
  store.open();
  t.notThrows(() => store.create(configMap("b")));
});

test("a server that starts again remembers no changes, and watches go on from where it is", (t) => {
  const store = new Store();
  const before = store.resourceVersion;
  store.create(configMap("a"));
  store.close(() => new ApiError("ServiceUnavailable", "connection refused"));
  store.open();
  t.is(store.changesSince(before), undefined);
  t.deepEqual(store.changesSince(store.resourceVersion), []);
});

test("a server that starts again tells how its storage differs from what it knew", (t) => {
  const store = new Store();
  store.absorb([change(5, "same", "1"), change(6, "other", "1"), change(7, "gone", "1")]);
  const told = toldOf(store);
  store.open({
    revision: 20,
    objects: [
      configMap("same", "1", "5"),
      configMap("other", "2", "15"),
      configMap("new", "1", "16"),
    ],
  });
  t.deepEqual(told, ["DELETED gone 7 7", "MODIFIED other 15 6", "ADDED new 16 -"]);
  t.is(store.resourceVersion, "20");
  t.is(store.list("ConfigMap").length, 3);
});
