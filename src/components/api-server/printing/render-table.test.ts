import test from "ava";
import { parse } from "yaml";
import { decodeObject } from "../../../api/decoding/decode-object.ts";
import { type Kind, kinds } from "../../../api/objects/kinds.ts";
import { renderTable, type Table } from "./render-table.ts";

const now = Date.parse("2026-11-28T10:00:00Z");

function table(kind: Kind, text: string, withColumns: boolean = true): Table {
  const { metadata, ...rest } = parse(text) as Readonly<Record<string, unknown>>;
  const given = { name: "web", creationTimestamp: "2026-11-28T09:00:00Z", ...(metadata ?? {}) };
  const { object } = decodeObject({
    apiVersion: kinds[kind].apiVersion,
    kind,
    metadata: given,
    ...rest,
  });
  return renderTable(object === undefined ? [] : [object], {
    kind,
    metadata: { resourceVersion: "1" },
    version: "v1",
    withColumns,
    now,
    rowObject: () => undefined,
  });
}

const template = "{spec: {containers: [{name: a, image: 'a:1'}, {name: b, image: 'b:2'}]}}";

const rows: ReadonlyArray<{
  readonly title: string;
  readonly kind: Kind;
  readonly object: string;
  readonly cells: string;
}> = [
  {
    title: "a pod",
    kind: "Pod",
    object:
      "{spec: {nodeName: node01, containers: [{name: a}]}, status: {phase: Running, podIP: 10.244.1.5, podIPs: [{ip: 10.244.1.5}], containerStatuses: [{name: a, image: a, imageID: '', ready: true, restartCount: 2, state: {running: {}}, lastState: {terminated: {exitCode: 1, finishedAt: '2026-11-28T09:55:00Z'}}}]}}",
    cells: "web|1/1|Running|2 (5m ago)|60m|10.244.1.5|node01|<none>|<none>",
  },
  {
    title: "a pod whose readiness gates are half met",
    kind: "Pod",
    object:
      "{spec: {containers: [{name: a}], readinessGates: [{conditionType: x}, {conditionType: y}]}, status: {phase: Pending, conditions: [{type: x, status: 'True'}]}}",
    cells: "web|0/1|Pending|0|60m|<none>|<none>|<none>|1/2",
  },
  {
    title: "a ClusterIP Service",
    kind: "Service",
    object:
      "{spec: {type: ClusterIP, clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20], selector: {app: web, tier: x}, ports: [{port: 80, protocol: TCP}, {port: 53, protocol: UDP}]}}",
    cells: "web|ClusterIP|10.96.0.20|<none>|80/TCP,53/UDP|60m|app=web,tier=x",
  },
  {
    title: "a NodePort Service",
    kind: "Service",
    object:
      "{spec: {type: NodePort, clusterIPs: [10.96.0.20], externalIPs: [198.51.100.9], ports: [{port: 80, nodePort: 30080, protocol: TCP}]}}",
    cells: "web|NodePort|10.96.0.20|198.51.100.9|80:30080/TCP|60m|<none>",
  },
  {
    title: "a load balancer that has no address yet",
    kind: "Service",
    object:
      "{spec: {type: LoadBalancer, clusterIPs: [10.96.0.20], ports: [{port: 80, nodePort: 30080}]}}",
    cells: "web|LoadBalancer|10.96.0.20|<pending>|80:30080/TCP|60m|<none>",
  },
  {
    title: "a load balancer",
    kind: "Service",
    object:
      "{spec: {type: LoadBalancer, clusterIPs: [10.96.0.20], externalIPs: [198.51.100.9], ports: [{port: 80}]}, status: {loadBalancer: {ingress: [{hostname: lb.example.net}, {ip: 198.51.100.2}]}}}",
    cells: "web|LoadBalancer|10.96.0.20|198.51.100.2,lb.example.net,198.51.100.9|80/TCP|60m|<none>",
  },
  {
    title: "a headless Service without ports",
    kind: "Service",
    object: "{spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None]}}",
    cells: "web|ClusterIP|None|<none>|<none>|60m|<none>",
  },
  {
    title: "an ExternalName Service",
    kind: "Service",
    object: "{spec: {type: ExternalName, externalName: docs.example.net}}",
    cells: "web|ExternalName|<none>|docs.example.net|<none>|60m|<none>",
  },
  {
    title: "a node",
    kind: "Node",
    object:
      "{metadata: {labels: {node-role.kubernetes.io/control-plane: '', kubernetes.io/role: edge}}, spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: 'True'}], addresses: [{type: InternalIP, address: 192.168.0.14}], nodeInfo: {kubeletVersion: v1.34.0, osImage: Debian, kernelVersion: 6.1.0, containerRuntimeVersion: 'podwire://1'}}}",
    cells:
      "web|Ready,SchedulingDisabled|control-plane,edge|60m|v1.34.0|192.168.0.14|<none>|Debian|6.1.0|podwire://1",
  },
  {
    title: "a node that nobody has heard of",
    kind: "Node",
    object: "{spec: {}}",
    cells: "web|Unknown|<none>|60m||<none>|<none>|<unknown>|<unknown>|<unknown>",
  },
  {
    title: "a Deployment",
    kind: "Deployment",
    object: `{spec: {replicas: 3, selector: {matchLabels: {app: web}, matchExpressions: [{key: env, operator: In, values: [dev, a]}, {key: old, operator: DoesNotExist}]}, template: ${template}}, status: {readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1}}`,
    cells: "web|1/3|2|1|60m|a,b|a:1,b:2|app=web,env in (a,dev),!old",
  },
  {
    title: "a ReplicaSet",
    kind: "ReplicaSet",
    object: `{spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: ${template}}, status: {replicas: 2, readyReplicas: 1}}`,
    cells: "web|3|2|1|60m|a,b|a:1,b:2|app=web",
  },
  {
    title: "a StatefulSet",
    kind: "StatefulSet",
    object: `{spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: ${template}}, status: {replicas: 3, readyReplicas: 3}}`,
    cells: "web|3/3|60m|a,b|a:1,b:2",
  },
  {
    title: "a DaemonSet",
    kind: "DaemonSet",
    object: `{spec: {selector: {matchLabels: {app: web}}, template: ${template}}, status: {desiredNumberScheduled: 3, currentNumberScheduled: 3, numberMisscheduled: 0, numberReady: 2, updatedNumberScheduled: 3, numberAvailable: 2}}`,
    cells: "web|3|3|2|3|2|<none>|60m|a,b|a:1,b:2|app=web",
  },
  {
    title: "Endpoints with more addresses than are named",
    kind: "Endpoints",
    object:
      "{subsets: [{addresses: [{ip: 10.244.1.2}, {ip: 10.244.1.3}], notReadyAddresses: [{ip: 10.244.1.9}], ports: [{port: 80}, {port: 443}]}]}",
    cells: "web|10.244.1.2:80,10.244.1.3:80,10.244.1.2:443 + 1 more...|60m",
  },
  {
    title: "Endpoints without any",
    kind: "Endpoints",
    object: "{subsets: []}",
    cells: "web|<none>|60m",
  },
  {
    title: "Endpoints of a headless Service without ports",
    kind: "Endpoints",
    object: "{subsets: [{addresses: [{ip: 10.244.1.2}]}]}",
    cells: "web|10.244.1.2|60m",
  },
  {
    title: "Endpoints of IPv6",
    kind: "Endpoints",
    object: "{subsets: [{addresses: [{ip: 'fd00:1::2'}], ports: [{port: 80}]}]}",
    cells: "web|[fd00:1::2]:80|60m",
  },
  {
    title: "an EndpointSlice",
    kind: "EndpointSlice",
    object:
      "{addressType: IPv4, ports: [{port: 80}, {name: any}], endpoints: [{addresses: [10.244.1.2]}, {addresses: [10.244.1.3]}]}",
    cells: "web|IPv4|80,any|10.244.1.2,10.244.1.3|60m",
  },
  {
    title: "an EndpointSlice without endpoints",
    kind: "EndpointSlice",
    object: "{addressType: IPv4, ports: [], endpoints: []}",
    cells: "web|IPv4|<unset>|<unset>|60m",
  },
  {
    title: "an Event",
    kind: "Event",
    object:
      "{type: Normal, reason: Started, message: ' Started container web ', count: 3, involvedObject: {kind: Pod, name: web-x, fieldPath: 'spec.containers{web}'}, source: {component: kubelet, host: node01}, firstTimestamp: '2026-11-28T09:30:00Z', lastTimestamp: '2026-11-28T09:59:50Z'}",
    cells:
      "10s|Normal|Started|pod/web-x|spec.containers{web}|kubelet, node01|Started container web|30m|3|web",
  },
  {
    title: "an Event of the newer kind",
    kind: "Event",
    object:
      "{type: Normal, reason: Scheduled, message: x, involvedObject: {kind: Pod, name: web-x}, reportingComponent: default-scheduler, eventTime: '2026-11-28T09:59:00.000000Z'}",
    cells: "60s|Normal|Scheduled|pod/web-x||default-scheduler|x|60s|1|web",
  },
  {
    title: "a Namespace",
    kind: "Namespace",
    object: "{status: {phase: Active}}",
    cells: "web|Active|60m",
  },
  {
    title: "a ConfigMap",
    kind: "ConfigMap",
    object: "{data: {a: '', b: ''}, binaryData: {c: ''}}",
    cells: "web|3|60m",
  },
  { title: "a Secret", kind: "Secret", object: "{data: {a: ''}}", cells: "web|Opaque|1|60m" },
  { title: "a ServiceAccount", kind: "ServiceAccount", object: "{}", cells: "web|0|60m" },
  {
    title: "a ControllerRevision",
    kind: "ControllerRevision",
    object:
      "{revision: 2, metadata: {ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u, controller: true}]}}",
    cells: "web|statefulset.apps/db|2|60m",
  },
];

for (const { title, kind, object, cells } of rows) {
  test(`table: ${title}`, (t) => {
    const { rows: printed, columnDefinitions } = table(kind, object);
    t.is(printed[0]?.cells.join("|"), cells);
    t.is(printed[0]?.cells.length, columnDefinitions?.length);
  });
}

test("table: a pod that has ended says so beside its cells", (t) => {
  const { rows: printed } = table("Pod", "{spec: {containers: []}, status: {phase: Succeeded}}");
  t.deepEqual(printed[0]?.conditions, [
    {
      type: "Completed",
      status: "True",
      reason: "Succeeded",
      message: "The pod has completed successfully.",
    },
  ]);
});

test("table: columns are left out where the client has them", (t) => {
  t.is(table("Pod", "{spec: {containers: []}}", false).columnDefinitions, null);
});
