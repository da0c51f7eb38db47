import test from "ava";
import type { EndpointSlice } from "../../../api/objects/service.ts";
import type { Store } from "../../../api/store/store.ts";
import type { WaitCondition } from "../../../topology/scenario/scenario.ts";
import { sampleStore, sampleTopology } from "../../testing/sample-lab.ts";
import { Places } from "../places/places.ts";
import { describeCondition, holds } from "./conditions.ts";

const vote = { namespace: "vote", name: "vote" };
const deployment = { type: "workload", kind: "Deployment", ...vote } as const;
const service = { type: "service", ...vote } as const;
const solo = { type: "pod", namespace: "default", name: "solo" } as const;
const some = { atLeast: 1, atMost: undefined };

function slice(name: string, endpoints: EndpointSlice["endpoints"]): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: "vote", labels: { "kubernetes.io/service-name": "vote" } },
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
  };
}

const ready = { conditions: { ready: true } };
const notReady = { conditions: { ready: false } };

function withEndpoints(store: Store): void {
  store.create(
    slice("vote-1", [
      { addresses: ["10.244.2.2"], ...ready },
      { addresses: ["10.244.1.2"], ...ready },
    ]),
  );
  // The first address once more, as while one slice takes over from another.
  store.create(
    slice("vote-2", [
      { addresses: ["10.244.2.2"], ...ready },
      { addresses: ["10.244.1.9"], ...notReady },
    ]),
  );
}

function setReady(store: Store, name: string, status: "True" | "False"): void {
  store.create<"Node">({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    spec: {},
    status: { conditions: [{ type: "Ready", status }] },
  });
}

const cases: ReadonlyArray<{
  readonly title: string;
  readonly given?: (store: Store) => void;
  readonly condition: WaitCondition;
  readonly holds: boolean;
  readonly text: string;
}> = [
  {
    title: "endpoints that are there, each counted once, the ready alone",
    given: withEndpoints,
    condition: { type: "endpoints", service, count: { atLeast: 2, atMost: 2 } },
    holds: true,
    text: "2 ready endpoints of 2: 10.244.1.2, 10.244.2.2",
  },
  {
    title: "too many endpoints",
    given: withEndpoints,
    condition: { type: "endpoints", service, count: { atLeast: undefined, atMost: 1 } },
    holds: false,
    text: "2 ready endpoints of at most 1: 10.244.1.2, 10.244.2.2",
  },
  {
    title: "no endpoints",
    condition: { type: "endpoints", service, count: some },
    holds: false,
    text: "0 ready endpoints of at least 1: none",
  },
  {
    title: "a workload whose pods are ready",
    condition: { type: "ready", place: deployment },
    holds: true,
    text: "2 of 2 pods of deploy/vote/vote ready",
  },
  {
    title: "a workload that wants more pods than there are",
    given: (store) =>
      store.patch("Deployment", vote, (object) => ({
        ...object,
        spec: { ...object.spec, replicas: 3 },
      })),
    condition: { type: "ready", place: deployment },
    holds: false,
    text: "2 of 3 pods of deploy/vote/vote ready",
  },
  {
    title: "a workload that is not there",
    condition: { type: "ready", place: { ...deployment, name: "none" } },
    holds: false,
    text: "0 of 0 pods of deploy/vote/none ready",
  },
  {
    title: "a pod",
    condition: { type: "ready", place: solo },
    holds: true,
    text: "1 of 1 pods of pod/default/solo ready",
  },
  {
    title: "a pod that is on its way out",
    given: (store) =>
      store.patch("Pod", solo, (pod) => ({
        ...pod,
        metadata: { ...pod.metadata, deletionTimestamp: store.timestamp() },
      })),
    condition: { type: "ready", place: solo },
    holds: false,
    text: "0 of 1 pods of pod/default/solo ready",
  },
  {
    title: "a node",
    given: (store) => setReady(store, "node01", "True"),
    condition: { type: "ready", place: { type: "node", name: "node01" } },
    holds: true,
    text: "node/node01 is ready",
  },
  {
    title: "a node that is not ready",
    given: (store) => setReady(store, "node01", "False"),
    condition: { type: "ready", place: { type: "node", name: "node01" } },
    holds: false,
    text: "node/node01 is not ready",
  },
  {
    title: "what is there is not deleted",
    condition: { type: "deleted", place: service },
    holds: false,
    text: "svc/vote/vote is still there",
  },
  {
    title: "what is gone is deleted",
    condition: { type: "deleted", place: { ...solo, name: "gone" } },
    holds: true,
    text: "pod/default/gone is gone",
  },
  {
    title: "rules ask nothing of the objects",
    condition: { type: "rules", node: undefined },
    holds: true,
    text: "rules of every node synced",
  },
];

for (const { title, given, condition, holds: expected, text } of cases) {
  test(`a condition: ${title}`, (t) => {
    const store = sampleStore();
    given?.(store);
    const places = new Places({ topology: sampleTopology, store, addressesIn: () => [] });
    t.is(holds(condition, store, places), expected);
    t.is(describeCondition(condition, store, places), text);
  });
}
