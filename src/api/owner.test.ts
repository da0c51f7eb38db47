import test from "ava";
import type { KubeObject } from "./objects/meta.ts";
import { adopted, type Claim, claimOf, controllerReference, disowned } from "./owner.ts";

const owner: KubeObject = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "web", uid: "u1" },
};
const ending = {
  ...owner,
  metadata: { ...owner.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
};
const stranger = { ...owner, metadata: { name: "other", uid: "u2" } };
const selector = { matchLabels: { app: "web" } };

function pod(app: string, by?: KubeObject): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      labels: { app },
      ...(by && { ownerReferences: [controllerReference(by)] }),
    },
  };
}

for (const { title, object, by = owner, want } of [
  { title: "its own that matches is kept", object: pod("web", owner), want: "keep" },
  {
    title: "its own that no longer matches is released",
    object: pod("db", owner),
    want: "release",
  },
  { title: "a matching orphan is adopted", object: pod("web"), want: "adopt" },
  { title: "another orphan is none of its business", object: pod("db"), want: "ignore" },
  {
    title: "another's is left alone, even if it matches",
    object: pod("web", stranger),
    want: "ignore",
  },
  { title: "an ending owner adopts nothing", object: pod("web"), by: ending, want: "ignore" },
  {
    title: "an ending owner releases nothing",
    object: pod("db", owner),
    by: ending,
    want: "ignore",
  },
] satisfies ReadonlyArray<{ title: string; object: KubeObject; by?: KubeObject; want: Claim }>) {
  test(`ownership: ${title}`, (t) => {
    t.is(claimOf(object, by, selector), want);
  });
}

test("ownership: adoption and release undo each other", (t) => {
  const orphan = pod("web");
  const owned = adopted(orphan, owner);
  t.deepEqual(owned.metadata.ownerReferences, [
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      name: "web",
      uid: "u1",
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  t.deepEqual(disowned(owned, "u1"), orphan);
});
