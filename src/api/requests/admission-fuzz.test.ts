import test from "ava";
import fc from "fast-check";
import { formatFieldErrors } from "../errors/field-errors.ts";
import { Store } from "../store/store.ts";
import { prepareCreate, prepareStatusUpdate, prepareUpdate } from "./admission.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const container = {
  name: "c",
  image: "web",
  ports: [{ name: "web", containerPort: 80, hostPort: 8080, protocol: "TCP" }],
  env: [
    { name: "A", value: "b" },
    { name: "B", valueFrom: { configMapKeyRef: { name: "m", key: "k" } } },
  ],
  readinessProbe: {
    httpGet: { path: "/", port: "web", httpHeaders: [{ name: "X-A", value: "b" }] },
  },
  livenessProbe: { grpc: { port: 80 } },
  volumeMounts: [{ name: "v", mountPath: "/v" }],
  resources: { limits: { cpu: "1" } },
};

const podSpec = {
  containers: [container],
  initContainers: [{ name: "i", image: "web", restartPolicy: "Always" }],
  tolerations: [{ key: "a", operator: "Equal", value: "b", effect: "NoSchedule" }],
  hostAliases: [{ ip: "192.0.2.1", hostnames: ["a"] }],
  dnsConfig: { nameservers: ["192.0.2.1"], searches: ["a."], options: [{ name: "ndots" }] },
  readinessGates: [{ conditionType: "a" }],
  nodeSelector: { a: "b" },
  volumes: [{ name: "v", configMap: { name: "m" } }],
};

const workload = {
  replicas: 1,
  selector: {
    matchLabels: { a: "b" },
    matchExpressions: [{ key: "a", operator: "In", values: ["b"] }],
  },
  template: { metadata: { labels: { a: "b" } }, spec: podSpec },
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 } },
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
  volumeClaimTemplates: [{ metadata: { name: "w" } }],
};

const metadata = {
  name: "x",
  labels: { a: "b" },
  annotations: { c: "d" },
  finalizers: ["a/b"],
  ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "o", uid: "u", controller: true }],
};

const manifests: readonly Json[] = [
  { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec },
  ...["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"].map((kind) => ({
    apiVersion: "apps/v1",
    kind,
    metadata,
    spec: workload,
  })),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      type: "LoadBalancer",
      selector: { a: "b" },
      clusterIPs: ["10.96.0.9"],
      ipFamilies: ["IPv4"],
      externalIPs: ["203.0.113.1"],
      loadBalancerSourceRanges: ["203.0.113.0/24"],
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 9 } },
      ports: [{ name: "a", port: 80, targetPort: "web", nodePort: 30080, appProtocol: "http" }],
    },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata,
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.1"], conditions: { ready: true }, hostname: "a" }],
    ports: [{ name: "a", port: 80, protocol: "TCP" }],
  },
  {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata,
    subsets: [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }],
  },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata,
    spec: { podCIDR: "10.244.0.0/24", taints: [{ key: "a", effect: "NoSchedule" }] },
  },
  { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "b" }, binaryData: { c: "ZA==" } },
  { apiVersion: "v1", kind: "Secret", metadata, stringData: { a: "b" } },
  { apiVersion: "v1", kind: "Namespace", metadata, spec: { finalizers: ["kubernetes"] } },
  { apiVersion: "v1", kind: "Event", metadata, involvedObject: { kind: "Pod", name: "p" } },
];

/** Every place in a value, its own included. */
function pathsOf(
  value: Json,
  path: ReadonlyArray<string | number> = [],
): ReadonlyArray<typeof path> {
  if (typeof value !== "object" || value === null) return [path];
  const entries: ReadonlyArray<readonly [string | number, Json]> = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

/** `value` with `put` at `path`; undefined takes the place away. */
function replaceAt(
  value: Json,
  [key, ...rest]: ReadonlyArray<string | number>,
  put: Json | undefined,
): Json | undefined {
  if (key === undefined) return put;
  if (Array.isArray(value)) {
    return value.flatMap((each: Json, index) => {
      const next = index === key ? replaceAt(each, rest, put) : each;
      return next === undefined ? [] : [next];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Readonly<Record<string, Json>>).flatMap(
    ([name, each]) => {
      const next = name === key ? replaceAt(each, rest, put) : each;
      return next === undefined ? [] : [[name, next] as const];
    },
  );
  return Object.fromEntries(entries);
}

const spoilt = fc
  .constantFrom(...manifests)
  .chain((manifest) =>
    fc.tuple(
      fc.constant(manifest),
      fc.constantFrom(...pathsOf(manifest)),
      fc.oneof(
        fc.constantFrom<Json | undefined>(undefined, null, "", 0, -1, [], {}, [{}], [null], "a b"),
        fc.jsonValue() as fc.Arbitrary<Json>,
      ),
    ),
  );

test("the manifests are good before they are spoilt", (t) => {
  for (const manifest of manifests) {
    t.is(formatFieldErrors(prepareCreate(manifest).errors), "[]");
  }
});

test("whatever stands in a manifest is admitted or refused in words; nothing is thrown", (t) => {
  const base = new Map(
    manifests.map((manifest) => [manifest, prepareCreate(manifest).object] as const),
  );
  fc.assert(
    fc.property(spoilt, ([manifest, path, put]) => {
      const input = replaceAt(manifest, path, put);
      const { object, errors } = prepareCreate(input);
      t.is(object === undefined, errors.length > 0);
      t.is(typeof formatFieldErrors(errors), "string");
      // What is admitted can be stored, and written again as it is.
      if (object !== undefined) {
        const stored = new Store().create(object);
        t.deepEqual(prepareUpdate(stored, stored).errors, []);
      }
      const previous = base.get(manifest);
      if (previous === undefined) return t.fail("no base");
      prepareUpdate(input, previous);
      return void prepareStatusUpdate(input, previous);
    }),
    { numRuns: 1_000, seed: 1 },
  );
});
