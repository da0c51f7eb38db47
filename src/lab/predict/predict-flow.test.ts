import test from "ava";
import type { Prediction, PredictionRequest } from "../../observe/prediction.ts";
import { RunError } from "../live/run-error.ts";
import { paperFiles } from "../testing/paper-files.ts";
import { predictOnPaper } from "./paper-prediction.ts";

/**
 *     node01 192.168.0.11, node02 192.168.0.12; web runs on node02 alone
 *     shop 10.96.0.20: Cluster and node port 30080; shop-local 10.96.0.21: Local and node port 30081
 */
const files = paperFiles({
  "lab.yaml": `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: two}
spec:
  nodes: [{name: node01}, {name: node02}]
  hosts: [{name: laptop, address: 192.168.0.100}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node02, containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node01, containers: [{name: client, image: client}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {type: NodePort, clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop-local}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  clusterIP: 10.96.0.21
  selector: {app: web}
  ports: [{port: 80, nodePort: 30081}]
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {clusterIP: 10.96.0.22, selector: {app: none}, ports: [{port: 80}]}
`,
});

const server = { outcome: "endpoint", endpoint: "10.244.1.2:80", server: "default/web" } as const;
const cases: ReadonlyArray<{
  readonly title: string;
  readonly request: PredictionRequest;
  readonly nodes: readonly string[];
  readonly end: Readonly<Record<string, unknown>>;
}> = [
  {
    title: "a pod's way to a ClusterIP is decided on its own node",
    request: { from: "pod/client", to: "svc/default/shop" },
    nodes: ["node01"],
    end: { ...server, masqueraded: false },
  },
  {
    title: "to another node's port it meets the rules of both, and the pod network hides it",
    request: { from: "pod/client", to: "node/node02:30081" },
    nodes: ["node01", "node02"],
    end: { ...server, masqueraded: true, masqueradedBy: "node01" },
  },
  {
    title: "its own node serves policy Local to a pod, which keeps its address",
    request: { from: "pod/client", to: "node/node01:30081" },
    nodes: ["node01"],
    end: { ...server, masqueraded: false },
  },
  {
    title: "from outside policy Local drops where no endpoint is",
    request: { from: "host/laptop", to: "node/node01:30081" },
    nodes: ["node01"],
    end: { outcome: "dropped", masqueraded: false },
  },
  {
    title: "and shows the client where one is",
    request: { from: "host/laptop", to: "node/node02:30081" },
    nodes: ["node02"],
    end: { ...server, masqueraded: false },
  },
  {
    title: "policy Cluster hides it",
    request: { from: "host/laptop", to: "node/node01:30080" },
    nodes: ["node01"],
    end: { ...server, masqueraded: true, masqueradedBy: "node01" },
  },
  {
    title: "a node reaches its own node port on 127.0.0.1",
    request: { from: "node/node01", to: "127.0.0.1:30080" },
    nodes: ["node01"],
    end: { ...server, masqueraded: true, masqueradedBy: "node01" },
  },
  {
    title: "a Service without endpoints rejects",
    request: { from: "pod/client", to: "svc/empty" },
    nodes: ["node01"],
    end: { outcome: "rejected", masqueraded: false },
  },
  {
    title: "ping of a ClusterIP is nobody's business",
    request: { from: "pod/client", to: "svc/shop", protocol: "icmp" },
    nodes: ["node01"],
    end: { outcome: "untouched", masqueraded: false },
  },
  {
    title: "what a host sends to a ClusterIP passes no node, unless it is sent to one",
    request: { from: "host/laptop", to: "svc/shop" },
    nodes: [],
    end: { outcome: "untouched", masqueraded: false },
  },
  {
    title: "sent to one, it is served",
    request: { from: "host/laptop", to: "svc/shop", via: "node/node01" },
    nodes: ["node01"],
    end: { ...server, masqueraded: true, masqueradedBy: "node01" },
  },
];

for (const { title, request, nodes, end } of cases) {
  test(title, async (t) => {
    const { prediction } = await predictOnPaper(["lab.yaml"], request, { files });
    t.deepEqual(prediction.nodes, nodes);
    t.deepEqual(
      prediction.ends.map(({ rules: _, ...each }) => each),
      [{ ...end, probability: 1 }] as unknown as typeof prediction.ends,
    );
  });
}

async function endsInIpvsMode(request: PredictionRequest): Promise<Prediction["ends"]> {
  const { prediction } = await predictOnPaper(["lab.yaml"], request, { files, mode: "ipvs" });
  return prediction.ends;
}

test("in ipvs mode a node without endpoints of policy Local sends to others, whose answer comes past it", async (t) => {
  for (const from of ["host/laptop", "node/node02"]) {
    const request = { from, to: "node/node01:30081" };
    t.like(
      await endsInIpvsMode(request),
      [{ ...server, masqueraded: false, answerPasses: "node01" }],
      from,
    );
  }
  const own = { from: "pod/client", to: "node/node01:30081" };
  const ends = await endsInIpvsMode(own);
  t.like(ends, [server]);
  t.is(ends[0]?.answerPasses, undefined, "to the node's own pod it comes back");
});

test("a way in that is no node is told, with the nearest that is one", async (t) => {
  const request = { from: "host/laptop", to: "svc/shop", via: "node1" };
  const error = await t.throwsAsync(predictOnPaper(["lab.yaml"], request, { files }), {
    instanceOf: RunError,
  });
  t.is(error?.code, "RUN_NO_SUCH_PLACE");
  t.is(error?.hint, "did you mean node/node01?");
});

test("a name is looked up by packets, of which there are none", async (t) => {
  const request = { from: "pod/client", to: "shop.default:80" };
  const error = await t.throwsAsync(predictOnPaper(["lab.yaml"], request, { files }), {
    instanceOf: RunError,
  });
  t.is(error?.code, "RUN_NO_ADDRESS");
});
