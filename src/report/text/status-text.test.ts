import test from "ava";
import { renderStatus } from "./status-text.ts";

test("ps shows machines, pods and services as kubectl would", (t) => {
  const service = { namespace: "vote", type: "ClusterIP", ports: "80/TCP", external: [] };
  const text = renderStatus({
    nodes: [
      {
        name: "node01",
        addresses: ["192.168.0.11"],
        podCIDRs: ["10.244.0.0/24"],
        roles: ["control-plane", "worker"],
        ready: true,
      },
      {
        name: "node02",
        addresses: ["192.168.0.12"],
        podCIDRs: ["10.244.1.0/24"],
        roles: [],
        ready: false,
      },
    ],
    hosts: [{ name: "laptop", addresses: ["192.168.0.100"] }],
    pods: [
      {
        namespace: "vote",
        name: "redis-0",
        ready: "1/1",
        status: "Running",
        restarts: 2,
        podIPs: ["10.244.1.2"],
        node: "node02",
        runs: "responder",
      },
    ],
    services: [
      { ...service, name: "none", clusterIPs: ["10.96.0.6"], endpoints: [] },
      { ...service, name: "some", clusterIPs: ["10.96.0.7"], endpoints: ["a:80", "b:80", "c:80"] },
      {
        ...service,
        name: "many",
        clusterIPs: ["10.96.0.8"],
        endpoints: ["a:80", "b:80", "c:80", "d:80", "e:80"],
      },
    ],
  });
  t.is(
    text,
    `MACHINE       STATUS     ADDRESS         POD CIDR        ROLES
node/node01   Ready      192.168.0.11    10.244.0.0/24   control-plane,worker
node/node02   NotReady   192.168.0.12    10.244.1.0/24   <none>
host/laptop              192.168.0.100                   outside the cluster

NAMESPACE   POD       READY   STATUS    RESTARTS   IP           NODE     RUNS
vote        redis-0   1/1     Running   2          10.244.1.2   node02   responder

NAMESPACE   SERVICE   TYPE        CLUSTER-IP   PORT(S)   ENDPOINTS
vote        none      ClusterIP   10.96.0.6    80/TCP    <none>
vote        some      ClusterIP   10.96.0.7    80/TCP    a:80,b:80,c:80
vote        many      ClusterIP   10.96.0.8    80/TCP    a:80,b:80,c:80 + 2 more...
`,
  );
});

test("ps shows where Services are outside as soon as one is", (t) => {
  const shop = { namespace: "shop", ports: "80/TCP", endpoints: [] };
  const services = [
    { ...shop, name: "a", type: "ClusterIP", clusterIPs: ["10.96.0.6"], external: [] },
    {
      ...shop,
      name: "b",
      type: "LoadBalancer",
      clusterIPs: ["10.96.0.7"],
      external: ["198.51.100.1"],
    },
    { ...shop, name: "c", type: "ExternalName", clusterIPs: [], external: ["www.example.com"] },
  ];
  const text = renderStatus({ nodes: [], hosts: [], pods: [], services });
  t.is(
    text.slice(text.indexOf("NAMESPACE   SERVICE")),
    `NAMESPACE   SERVICE   TYPE           CLUSTER-IP   EXTERNAL-IP       PORT(S)   ENDPOINTS
shop        a         ClusterIP      10.96.0.6    <none>            80/TCP    <none>
shop        b         LoadBalancer   10.96.0.7    198.51.100.1      80/TCP    <none>
shop        c         ExternalName   <none>       www.example.com   80/TCP    <none>
`,
  );
});
