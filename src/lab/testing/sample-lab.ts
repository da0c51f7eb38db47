/** For tests: a small topology and a store in which its pods run, made by nobody's controller. */

import type { Pod } from "../../api/objects/pod.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { controllerReference } from "../../api/owner.ts";
import { Store } from "../../api/store/store.ts";
import { loadLab } from "../../topology/load.ts";
import type { Scenario } from "../../topology/scenario/scenario.ts";
import type { Topology } from "../../topology/topology.ts";

const topologyText = `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: sample}
spec:
  nodes:
    - {name: node01, address: 192.168.0.11}
    - {name: node02, address: 192.168.0.12}
  hosts:
    - {name: laptop, address: 192.168.0.100}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: vote, namespace: vote}
spec:
  selector: {matchLabels: {app: vote}}
  template:
    metadata: {labels: {app: vote}}
    spec: {containers: [{name: vote, image: vote}]}
---
apiVersion: v1
kind: Service
metadata: {name: vote, namespace: vote}
spec: {selector: {app: vote}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: solo}
spec: {containers: [{name: solo, image: solo}]}
`;

export const sampleTopology: Topology = load("").topology;

/** A scenario of the sample's, its steps as a user writes them: a list of YAML. */
export function sampleScenario(steps: string): Scenario {
  const head =
    "---\napiVersion: podwire.dev/v1alpha1\nkind: Scenario\nmetadata: {name: it holds}\n";
  const [scenario] = load(`${head}spec:\n  steps:\n${steps}`).scenarios;
  if (scenario === undefined) throw new Error("there is no scenario");
  return scenario;
}

function load(more: string): ReturnType<typeof loadLab> {
  const files = new Map([["lab.yaml", `${topologyText}${more}`]]);
  return loadLab([...files.keys()], { readFile: (file) => files.get(file) ?? "" });
}

/** Pods of a pod network, and one on its node's. */
export function sampleStore(): Store {
  const store = new Store();
  const template = {
    metadata: { labels: { app: "vote" } },
    spec: { containers: [{ name: "vote", image: "vote" }] },
  };
  const selector = { matchLabels: { app: "vote" } };
  const deployment: Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "vote", namespace: "vote" },
    spec: { replicas: 2, selector, template },
  };
  const owner = controllerReference(store.create(deployment));
  // The second name sorts before the first, so that the order of making is not that of the names.
  for (const [name, pod, ip] of [
    ["vote-new", "vote-b", "10.244.2.2"],
    ["vote-old", "vote-a", "10.244.1.2"],
  ] as const) {
    const set: ReplicaSet = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name, namespace: "vote", ownerReferences: [owner] },
      spec: { replicas: 1, selector, template },
    };
    const setOwner = controllerReference(store.create(set));
    store.create(samplePod({ namespace: "vote", name: pod, ip, ownerReferences: [setOwner] }));
  }
  store.create(samplePod({ namespace: "default", name: "solo", ip: "10.244.1.3" }));
  const onNode = samplePod({ namespace: "default", name: "on-node", ip: "192.168.0.12" });
  store.create<"Pod">({
    ...onNode,
    spec: { ...onNode.spec, hostNetwork: true, nodeName: "node02" },
  });
  store.create<"Service">({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "vote", namespace: "vote" },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.7",
      ports: [
        { name: "http", port: 80 },
        { name: "admin", port: 8080 },
      ],
    },
  });
  store.create<"Service">({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "headless", namespace: "vote" },
    spec: { clusterIP: "None", ports: [{ port: 80 }] },
  });
  store.create<"Service">({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "alias", namespace: "vote" },
    spec: { type: "ExternalName", externalName: "www.example.com" },
  });
  return store;
}

/** Running and ready, unless it has no address. */
export function samplePod({
  ip,
  namespace,
  ...metadata
}: Pod["metadata"] & { readonly namespace: string; readonly ip?: string }): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, namespace },
    spec: { nodeName: "node01", containers: [{ name: "main", image: "main" }] },
    status:
      ip === undefined
        ? { phase: "Pending" }
        : {
            phase: "Running",
            podIP: ip,
            conditions: [{ type: "Ready", status: "True" }],
          },
  };
}
