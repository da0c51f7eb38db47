import test from "ava";
import { type Logger, pino } from "pino";
import { withDefaults } from "../../api/defaulting/defaults.ts";
import type { Condition, Labels } from "../../api/objects/meta.ts";
import type { ContainerPort, Pod, PodSpec } from "../../api/objects/pod.ts";
import type { EndpointSlice, Service } from "../../api/objects/service.ts";
import { Store } from "../../api/store/store.ts";
import { reconcileEndpointSlices } from "./reconcile.ts";
import { setupEndpointSlice } from "./setup.ts";

const silent: Logger = pino({ level: "silent" });
const namespace = "default";
const key = { namespace, name: "web" };
const { signal } = new AbortController();

interface PodOptions {
  readonly ip?: string;
  readonly ready?: boolean;
  readonly deleting?: boolean;
  readonly phase?: "Running" | "Succeeded";
  readonly node?: string;
  readonly ports?: readonly ContainerPort[];
  readonly labels?: Labels;
  readonly spec?: Partial<PodSpec>;
}

function pod(name: string, options: PodOptions = {}): Pod {
  const { ip, ready = true, deleting = false, phase = "Running", node = "node01" } = options;
  const { ports = [], labels = { app: "web" } } = options;
  const readiness: Condition = { type: "Ready", status: ready ? "True" : "False" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      labels,
      ...(deleting && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: { nodeName: node, containers: [{ name: "c", ports }], ...options.spec },
    status: {
      phase,
      conditions: [readiness],
      ...(ip !== undefined && { podIP: ip, podIPs: [{ ip }] }),
    },
  };
}

function service(spec: Partial<Service["spec"]> = {}, labels?: Labels): Service {
  return withDefaults<"Service">({
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...key, uid: "uid-web", ...(labels && { labels }) },
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  });
}

function storeWith(...objects: ReadonlyArray<Pod | Service>): Store {
  const store = new Store();
  for (const name of ["node01", "node02"]) {
    const zone = name === "node01" ? "a" : "b";
    store.create({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels: { "topology.kubernetes.io/zone": zone } },
      spec: {},
    });
  }
  for (const object of objects) store.create(object);
  return store;
}

async function slicesOf(
  store: Store,
  maxEndpointsPerSlice: number = 100,
): Promise<readonly EndpointSlice[]> {
  await reconcileEndpointSlices({ store, maxEndpointsPerSlice })(key, signal);
  return store.list("EndpointSlice", namespace);
}

/** `10.244.0.1 ready serving node01/a`, then the hostname. */
function describe({
  addresses,
  conditions,
  nodeName,
  zone,
  hostname,
}: EndpointSlice["endpoints"][number]): string {
  const states = Object.entries(conditions ?? {}).filter(([, holds]) => holds);
  return [
    ...addresses,
    ...states.map(([state]) => state),
    `${nodeName}/${zone}`,
    ...(hostname === undefined ? [] : [hostname]),
  ].join(" ");
}

const conditions: ReadonlyArray<{
  readonly title: string;
  readonly pod: PodOptions;
  readonly spec?: Partial<Service["spec"]>;
  readonly want: readonly string[];
}> = [
  { title: "a ready pod", pod: {}, want: ["10.244.0.9 ready serving node01/a"] },
  { title: "a pod that is not ready", pod: { ready: false }, want: ["10.244.0.9 node01/a"] },
  {
    title: "a pod that is ending and still answers",
    pod: { deleting: true },
    want: ["10.244.0.9 serving terminating node01/a"],
  },
  {
    title: "a pod that is ending and answers no more",
    pod: { deleting: true, ready: false },
    want: ["10.244.0.9 terminating node01/a"],
  },
  {
    title: "a pod that is not ready, of a Service that does not mind",
    pod: { ready: false },
    spec: { publishNotReadyAddresses: true },
    want: ["10.244.0.9 ready node01/a"],
  },
  { title: "a pod that has ended", pod: { phase: "Succeeded" }, want: [] },
  { title: "a pod of another app", pod: { labels: { app: "db" } }, want: [] },
  { title: "a pod on a node that is gone", pod: { node: "gone" }, want: [] },
  {
    title: "a pod with a DNS name of its own",
    pod: { spec: { hostname: "web-0", subdomain: "web" } },
    want: ["10.244.0.9 ready serving node01/a web-0"],
  },
  {
    title: "a pod with a DNS name under another Service",
    pod: { spec: { hostname: "web-0", subdomain: "db" } },
    want: ["10.244.0.9 ready serving node01/a"],
  },
];

for (const { title, want, spec, ...row } of conditions) {
  test(`${title} is listed as ${want.length === 0 ? "no endpoint" : want.join()}`, async (t) => {
    const store = storeWith(service(spec), pod("a", { ip: "10.244.0.9", ...row.pod }));
    const slices = await slicesOf(store);
    t.deepEqual(slices.flatMap(({ endpoints }) => endpoints).map(describe), want);
    t.is(slices.length, 1, "there is always a slice");
  });
}

test("a pod without address is no endpoint yet", async (t) => {
  const [slice] = await slicesOf(storeWith(service(), pod("a")));
  t.deepEqual([slice?.endpoints, slice?.ports], [[], []]);
});

test("a slice looks as the real controller's does", async (t) => {
  const store = storeWith(
    service({ clusterIP: "None", ports: [{ name: "http", port: 80 }] }, { tier: "back" }),
    pod("web-1", { ip: "10.244.1.1" }),
  );
  const [slice] = await slicesOf(store);
  const {
    uid: _uid,
    creationTimestamp: _time,
    resourceVersion: _version,
    name = "",
    ...metadata
  } = slice?.metadata ?? {};
  t.regex(name, /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  t.deepEqual({ ...slice, metadata } as unknown, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: "web-",
      namespace,
      generation: 1,
      labels: {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
        "service.kubernetes.io/headless": "",
        tier: "back",
      },
      ownerReferences: [
        {
          apiVersion: "v1",
          kind: "Service",
          name: "web",
          uid: "uid-web",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: "IPv4",
    endpoints: [
      {
        addresses: ["10.244.1.1"],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: "node01",
        zone: "a",
        targetRef: { kind: "Pod", namespace, name: "web-1", uid: "uid-web-1" },
      },
    ],
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
  });
});

const ports: ReadonlyArray<{
  readonly title: string;
  readonly spec: Partial<Service["spec"]>;
  readonly podPorts: ReadonlyArray<readonly ContainerPort[]>;
  /** Port numbers with the pods that have them, a slice each. */
  readonly want: readonly string[];
}> = [
  {
    title: "a target port by number",
    spec: { ports: [{ port: 80, targetPort: 8080 }] },
    podPorts: [[], []],
    want: [":8080/TCP p0 p1"],
  },
  {
    title: "a target port by name, another number on each pod",
    spec: { ports: [{ name: "http", port: 80, targetPort: "web" }] },
    podPorts: [
      [{ name: "web", containerPort: 8080 }],
      [{ name: "web", containerPort: 9090 }],
      [{ name: "web", containerPort: 8080 }],
    ],
    want: ["http:8080/TCP p0 p2", "http:9090/TCP p1"],
  },
  {
    title: "a name that one pod has not",
    spec: {
      ports: [
        { name: "http", port: 80, targetPort: "web" },
        { name: "dns", port: 53, protocol: "UDP", targetPort: 5353 },
      ],
    },
    podPorts: [
      [{ name: "web", containerPort: 8080 }],
      [{ name: "web", containerPort: 8080, protocol: "UDP" }],
    ],
    want: ["http:8080/TCP dns:5353/UDP p0", "dns:5353/UDP p1"],
  },
  {
    title: "no ports",
    spec: { clusterIP: "None", ports: [] },
    podPorts: [[]],
    want: [" p0"],
  },
];

for (const { title, spec, podPorts, want } of ports) {
  test(`pods share a slice when they share ports: ${title}`, async (t) => {
    const pods = podPorts.map((each, index) =>
      pod(`p${index}`, { ip: `10.244.0.${index + 1}`, ports: each }),
    );
    const slices = await slicesOf(storeWith(service(spec), ...pods));
    const seen = slices.map((slice) => {
      const numbers = slice.ports.map(({ name, port, protocol }) => `${name}:${port}/${protocol}`);
      return `${numbers.join(" ")} ${slice.endpoints.map((each) => each.targetRef?.name).join(" ")}`;
    });
    t.deepEqual([...seen].sort(), [...want].sort());
  });
}

test("an app protocol goes along", async (t) => {
  const store = storeWith(
    service({ ports: [{ port: 80, appProtocol: "kubernetes.io/h2c" }] }),
    pod("a", { ip: "10.244.0.1" }),
  );
  const [slice] = await slicesOf(store);
  t.is(slice?.ports[0]?.appProtocol, "kubernetes.io/h2c");
});

test("two stacks have slices of each family", async (t) => {
  const both = pod("a", { ip: "10.244.0.1" });
  const dual: Pod = {
    ...both,
    status: { ...both.status, podIPs: [{ ip: "10.244.0.1" }, { ip: "fd00:244::1" }] },
  };
  const slices = await slicesOf(storeWith(service({ ipFamilies: ["IPv4", "IPv6"] }), dual));
  t.deepEqual(
    slices.map(({ addressType, endpoints }) => [addressType, endpoints[0]?.addresses]).sort(),
    [
      ["IPv4", ["10.244.0.1"]],
      ["IPv6", ["fd00:244::1"]],
    ],
  );
});

for (const [trafficDistribution, hints] of [
  ["PreferClose", { forZones: [{ name: "b" }] }],
  ["PreferSameZone", { forZones: [{ name: "b" }] }],
  ["PreferSameNode", { forZones: [{ name: "b" }], forNodes: [{ name: "node02" }] }],
] as const) {
  test(`${trafficDistribution} becomes hints on ready endpoints`, async (t) => {
    const store = storeWith(
      service({ trafficDistribution }),
      pod("a", { ip: "10.244.0.1", node: "node02" }),
      pod("b", { ip: "10.244.0.2", ready: false }),
    );
    const [slice] = await slicesOf(store);
    t.deepEqual(
      slice?.endpoints.map((each) => each.hints),
      [hints, undefined],
    );
  });
}

const many = (count: number, from: number = 0): readonly Pod[] =>
  Array.from({ length: count }, (_, index) =>
    pod(`p${from + index}`, { ip: `10.244.0.${from + index}` }),
  );

test("a slice holds so many endpoints and no more", async (t) => {
  const slices = await slicesOf(storeWith(service(), ...many(7)), 3);
  t.deepEqual(slices.map(({ endpoints }) => endpoints.length).sort(), [1, 3, 3]);
});

test("a change touches one slice, and the others keep their revision", async (t) => {
  const store = storeWith(service(), ...many(6));
  const before = await slicesOf(store, 3);
  store.remove("Pod", { namespace, name: "p1" });
  store.create(pod("p9", { ip: "10.244.0.99" }));
  const after = await slicesOf(store, 3);
  const changed = after.filter(
    ({ metadata }, index) => metadata.resourceVersion !== before[index]?.metadata.resourceVersion,
  );
  t.is(after.length, 2);
  t.is(changed.length, 1);
  t.is(changed[0]?.endpoints.at(-1)?.targetRef?.name, "p9");
});

test("new endpoints fill a slice that has room before they get a new one", async (t) => {
  const store = storeWith(service(), ...many(4));
  await slicesOf(store, 3);
  store.create(pod("p7", { ip: "10.244.0.7" }));
  const slices = await slicesOf(store, 3);
  t.deepEqual(slices.map(({ endpoints }) => endpoints.length).sort(), [2, 3]);
});

test("the empty slice stays the one it is, and goes when there are endpoints", async (t) => {
  const store = storeWith(service());
  const [empty] = await slicesOf(store);
  const [still] = await slicesOf(store);
  t.is(still?.metadata.resourceVersion, empty?.metadata.resourceVersion);
  store.create(pod("a", { ip: "10.244.0.1" }));
  const slices = await slicesOf(store);
  t.deepEqual(
    slices.map(({ endpoints }) => endpoints.length),
    [1],
  );
});

test("the same state twice writes nothing", async (t) => {
  const store = storeWith(service(), ...many(5));
  await slicesOf(store, 2);
  const { resourceVersion } = store;
  await slicesOf(store, 2);
  t.is(store.resourceVersion, resourceVersion);
});

test("Services without selector and slices of others are left alone", async (t) => {
  const { selector: _none, ...spec } = service().spec;
  const store = storeWith({ ...service(), spec });
  const own: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "mine", namespace, labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["192.0.2.1"] }],
    ports: [],
  };
  store.create(own);
  t.deepEqual(
    (await slicesOf(store)).map(({ metadata }) => metadata.name),
    ["mine"],
  );
  store.remove("Service", key);
  t.deepEqual(
    (await slicesOf(store)).map(({ metadata }) => metadata.name),
    ["mine"],
  );
});

test("a deleted Service takes its slices along", async (t) => {
  const store = storeWith(service(), ...many(3));
  await slicesOf(store);
  store.remove("Service", key);
  t.deepEqual(await slicesOf(store), []);
});

test("a running controller follows pods, labels, zones and meddling", async (t) => {
  const store = storeWith(service(), pod("a", { ip: "10.244.0.1" }));
  await using controller = setupEndpointSlice({ store, log: silent });
  const endpoints = async (): Promise<readonly string[]> => {
    await controller.whenIdle();
    return store.list("EndpointSlice", namespace).flatMap((slice) => slice.endpoints.map(describe));
  };
  t.deepEqual(await endpoints(), ["10.244.0.1 ready serving node01/a"]);
  store.patch("Pod", { namespace, name: "a" }, (found) => ({
    ...found,
    metadata: { ...found.metadata, labels: { app: "other" } },
  }));
  t.deepEqual(await endpoints(), []);
  store.create(pod("b", { ip: "10.244.0.2", node: "node02" }));
  store.patch("Node", { namespace: "", name: "node02" }, (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { "topology.kubernetes.io/zone": "c" } },
  }));
  t.deepEqual(await endpoints(), ["10.244.0.2 ready serving node02/c"]);
  for (const { metadata } of store.list("EndpointSlice")) {
    store.remove("EndpointSlice", { namespace, name: metadata.name });
  }
  t.deepEqual(await endpoints(), ["10.244.0.2 ready serving node02/c"]);
});

test("a thousand pods that become ready at once are one change of ten slices", async (t) => {
  const store = storeWith(service());
  await using controller = setupEndpointSlice({ store, log: silent });
  for (let index = 0; index < 1_000; index++) {
    store.create(pod(`p${index}`, { ip: `10.244.${index >> 8}.${index & 255}` }));
  }
  const before = Number(store.resourceVersion);
  await controller.whenIdle();
  t.is(store.list("EndpointSlice").length, 10);
  // Ten slices more, and the empty one gone.
  t.true(Number(store.resourceVersion) - before <= 12);
});
