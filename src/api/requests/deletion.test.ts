import test from "ava";
import type { Pod } from "../objects/pod.ts";
import { Store } from "../store/store.ts";
import { type DeletionOptions, requestDeletion } from "./deletion.ts";

const key = { namespace: "default", name: "web" };

function pod(spec: Partial<Pod["spec"]> = {}, metadata: Partial<Pod["metadata"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...key, ...metadata },
    spec: { containers: [], terminationGracePeriodSeconds: 30, ...spec },
  };
}

interface Case {
  readonly title: string;
  readonly pod: Pod;
  readonly options?: DeletionOptions;
  /** `gone`, or what the pod's metadata says of its end. */
  readonly want: "gone" | string;
}

const bound = { nodeName: "node01" } as const;

const cases: readonly Case[] = [
  { title: "a pod without a node is gone at once", pod: pod(), want: "gone" },
  { title: "a pod on a node is given its grace", pod: pod(bound), want: "00:00:30 30" },
  {
    title: "the request may grant less",
    pod: pod(bound),
    options: { gracePeriodSeconds: 5 },
    want: "00:00:05 5",
  },
  { title: "or nothing", pod: pod(bound), options: { gracePeriodSeconds: 0 }, want: "gone" },
  {
    title: "a pod that has ended needs no grace",
    pod: { ...pod(bound), status: { phase: "Succeeded" } },
    want: "gone",
  },
  {
    title: "a finalizer holds what has no grace",
    pod: pod({}, { finalizers: ["example.com/hold"] }),
    want: "00:00:00 0 example.com/hold",
  },
  {
    title: "deletion in the foreground is held for what the object owns",
    pod: pod(bound),
    options: { propagationPolicy: "Foreground" },
    want: "00:00:30 30 foregroundDeletion",
  },
];

function store(object: Pod): Store {
  const filled = new Store({ now: () => Date.parse("2026-01-01T00:00:00Z") });
  filled.create<"Pod">(object);
  return filled;
}

function endOf(from: Store): string {
  const { metadata } = from.get("Pod", key) ?? {};
  if (metadata === undefined) return "gone";
  const { deletionTimestamp = "", deletionGracePeriodSeconds, finalizers = [] } = metadata;
  return [deletionTimestamp.slice(11, 19), deletionGracePeriodSeconds, ...finalizers].join(" ");
}

for (const { title, pod: object, options, want } of cases) {
  test(`deletion: ${title}`, (t) => {
    const filled = store(object);
    const answer = requestDeletion(filled, "Pod", key, options);
    t.is(answer?.metadata.name, "web");
    t.is(endOf(filled), want);
  });
}

test("deletion: what was begun in the foreground goes on, unless it is asked for in the background", (t) => {
  const filled = store(pod({}));
  requestDeletion(filled, "Pod", key, { propagationPolicy: "Foreground" });
  t.is(endOf(filled), "00:00:00 0 foregroundDeletion");
  requestDeletion(filled, "Pod", key);
  t.is(endOf(filled), "00:00:00 0 foregroundDeletion");
  requestDeletion(filled, "Pod", key, { propagationPolicy: "Background" });
  t.is(endOf(filled), "gone");
});

test("deletion: time once granted can become less, never more", (t) => {
  const filled = store(pod(bound));
  requestDeletion(filled, "Pod", key, { gracePeriodSeconds: 10 });
  requestDeletion(filled, "Pod", key, { gracePeriodSeconds: 20 });
  t.is(endOf(filled), "00:00:10 10");
  requestDeletion(filled, "Pod", key, { gracePeriodSeconds: 5 });
  t.is(endOf(filled), "00:00:05 5");
});

test("deletion: what is not there is not there", (t) => {
  t.is(requestDeletion(new Store(), "Pod", key), undefined);
});

test("deletion: a namespace is Terminating until its finalizer goes", (t) => {
  const filled = new Store();
  filled.create<"Namespace">({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop" },
    spec: { finalizers: ["kubernetes"] },
  });
  requestDeletion(filled, "Namespace", { namespace: "", name: "shop" });
  const namespace = filled.get("Namespace", { namespace: "", name: "shop" });
  t.is(namespace?.status?.phase, "Terminating");
  t.truthy(namespace?.metadata.deletionTimestamp);
});
