import test from "ava";
import type { Event } from "../../../api/objects/cluster.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Deployment } from "../../../api/objects/workload.ts";
import { Store } from "../../../api/store/store.ts";
import { samplePod } from "../../testing/sample-lab.ts";
import { podReason } from "./pod-reason.ts";
import { tellPodTrouble } from "./pod-trouble.ts";
import { hopeless, missingIn } from "./readiness.ts";

const running = samplePod({ namespace: "vote", name: "vote-a", ip: "10.244.1.2" });
const pending = samplePod({ namespace: "vote", name: "vote-a" });

/** With a container that waits. */
const waiting = (reason: string, message?: string): Pod => ({
  ...pending,
  status: {
    ...pending.status,
    containerStatuses: [
      {
        name: "main",
        image: "main",
        imageID: "",
        ready: false,
        restartCount: 3,
        lastState: {},
        state: { waiting: { reason, ...(message !== undefined && { message }) } },
      },
    ],
  },
});

const reasons: ReadonlyArray<{
  readonly title: string;
  readonly pod: Pod;
  readonly reason: string;
}> = [
  {
    title: "on its way out",
    pod: {
      ...running,
      metadata: { ...running.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    },
    reason: "Terminating",
  },
  {
    title: "what a container says",
    pod: waiting("CrashLoopBackOff", "back-off 10s"),
    reason: "CrashLoopBackOff: back-off 10s",
  },
  { title: "a container that says no more", pod: waiting("ErrImagePull"), reason: "ErrImagePull" },
  { title: "a container that is being made", pod: waiting("ContainerCreating"), reason: "Pending" },
  {
    title: "no node has room",
    pod: {
      ...pending,
      spec: { containers: [] },
      status: {
        conditions: [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available" }],
      },
    },
    reason: "0/2 nodes are available",
  },
  {
    title: "nobody has looked at it yet",
    pod: { ...pending, spec: { containers: [] } },
    reason: "not scheduled yet",
  },
  {
    title: "its readiness probe fails",
    pod: {
      ...pending,
      status: { conditions: [{ type: "Ready", status: "False", message: "probe failed" }] },
    },
    reason: "probe failed",
  },
];

for (const { title, pod, reason } of reasons) {
  test(`why a pod is not ready: ${title}`, (t) => {
    t.is(podReason(pod), reason);
  });
}

const failed: Pod = {
  ...pending,
  status: {
    phase: "Failed",
    containerStatuses: [
      {
        name: "main",
        image: "main",
        imageID: "",
        ready: false,
        restartCount: 0,
        lastState: {},
        state: { terminated: { exitCode: 3, reason: "Error" } },
      },
    ],
  },
};

for (const { title, pod, said } of [
  { title: "a pod that may yet become ready", pod: pending, said: undefined },
  { title: "a pod that another takes the place of", pod: ownedBySet(failed), said: undefined },
  {
    title: "a pod of nobody's that has failed",
    pod: failed,
    said: "pod vote/vote-a has failed, and nobody replaces it: container main ended with exit status 3 (Error)",
  },
]) {
  test(`what is beyond hope: ${title}`, (t) => {
    const store = new Store();
    store.create(pod);
    t.is(hopeless(store), said);
  });
}

function ownedBySet(pod: Pod): Pod {
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "vote", uid: "1" };
  const ownerReferences = [{ ...owner, controller: true }];
  return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
}

const deployment = (status: Deployment["status"] & object): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "vote", namespace: "vote" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "vote" } },
    template: { metadata: { labels: { app: "vote" } }, spec: { containers: [] } },
  },
  status,
});

const rows: ReadonlyArray<{
  readonly title: string;
  readonly object: Deployment | Pod;
  readonly missing: readonly string[];
}> = [
  { title: "a pod that is ready", object: running, missing: [] },
  { title: "a pod that is not", object: pending, missing: ["pod vote/vote-a: Pending"] },
  {
    title: "a pod that has done its work",
    object: { ...pending, status: { phase: "Succeeded" } },
    missing: [],
  },
  {
    title: "a deployment that is whole",
    object: deployment({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
    }),
    missing: [],
  },
  {
    title: "a deployment with an old pod too many",
    object: deployment({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 2,
      readyReplicas: 2,
    }),
    missing: ["deployment vote/vote: 2 of 2 ready, 1 to be replaced"],
  },
  {
    title: "a deployment that nobody has seen yet",
    object: deployment({ replicas: 2, updatedReplicas: 2, readyReplicas: 2 }),
    missing: ["deployment vote/vote: not looked at since its last change"],
  },
];

for (const { title, object, missing } of rows) {
  test(`what is missing: ${title}`, (t) => {
    const store = new Store();
    store.create(object);
    t.deepEqual(missingIn(store), missing);
  });
}

test("what is missing: a pod without a network, in kubelet's words, the last of them", (t) => {
  const store = new Store();
  const { metadata } = store.create(pending);
  const complaints = [
    { about: metadata.uid, at: "2026-11-28T11:00:02Z", message: "no address is left" },
    { about: metadata.uid, at: "2026-11-28T11:00:01Z", message: "no bridge" },
    {
      about: "another",
      at: "2026-11-28T11:00:03Z",
      message: "of a pod of the same name before it",
    },
  ];
  const warnings: string[] = [];
  tellPodTrouble(store, (event) => event.type === "warning" && warnings.push(event.message));
  for (const [index, complaint] of complaints.entries()) store.create(failure(index, complaint));
  t.deepEqual(missingIn(store), ["pod vote/vote-a: no address is left"]);
  t.deepEqual(warnings, ["pod vote/vote-a: no address is left"]);
});

test("what is missing: once a pod has its network, what failed before is no reason any more", (t) => {
  const store = new Store();
  const { metadata } = store.create({
    ...running,
    status: {
      ...running.status,
      conditions: [{ type: "Ready", status: "False", message: "probe failed" }],
    },
  });
  const about = metadata.uid;
  store.create(failure(0, { about, at: "2026-11-28T11:00:01Z", message: "no bridge" }));
  t.deepEqual(missingIn(store), ["pod vote/vote-a: probe failed"]);
});

function failure(
  index: number,
  {
    about,
    at,
    message,
  }: { readonly about: string | undefined; readonly at: string; readonly message: string },
): Event {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `vote-a.${index}`, namespace: "vote" },
    type: "Warning",
    reason: "FailedCreatePodSandBox",
    message,
    involvedObject: {
      kind: "Pod",
      namespace: "vote",
      name: "vote-a",
      ...(about !== undefined && { uid: about }),
    },
    source: { component: "kubelet", host: "node01" },
    lastTimestamp: at,
  };
}
