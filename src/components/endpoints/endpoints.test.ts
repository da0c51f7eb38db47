import test from "ava";
import { type Logger, pino } from "pino";
import { whenAllIdle } from "../../api/controller/controller.ts";
import { withDefaults } from "../../api/defaulting/defaults.ts";
import type { ContainerPort, Pod } from "../../api/objects/pod.ts";
import type { EndpointSubset, Endpoints, Service } from "../../api/objects/service.ts";
import { Store } from "../../api/store/store.ts";
import { setupEndpoints, setupEndpointsMirroring } from "./setup.ts";
import { endpointSubsets } from "./subsets.ts";
import { truncateSubsets } from "./truncate.ts";

const silent: Logger = pino({ level: "silent" });
const namespace = "default";
const key = { namespace, name: "web" };

function service(spec: Partial<Service["spec"]> = {}): Service {
  return withDefaults<"Service">({
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...key, labels: { tier: "back" } },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }], ...spec },
  });
}

interface PodOptions {
  readonly ready?: boolean;
  readonly deleting?: boolean;
  readonly ports?: readonly ContainerPort[];
}

function pod(ip: string, { ready = true, deleting = false, ports = [] }: PodOptions = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `p-${ip}`,
      namespace,
      labels: { app: "web" },
      ...(deleting && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: { nodeName: "node01", containers: [{ name: "c", ports }] },
    status: {
      phase: "Running",
      podIP: ip,
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    },
  };
}

/** `10.244.0.1 (10.244.0.2) :80`: addresses, those not ready in brackets, and ports. */
function describe({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): string {
  return [
    ...addresses.map(({ ip }) => ip),
    ...notReadyAddresses.map(({ ip }) => `(${ip})`),
    ...ports.map(({ name = "", port }) => `${name}:${port}`),
  ].join(" ");
}

const cases: ReadonlyArray<{
  readonly title: string;
  readonly spec?: Partial<Service["spec"]>;
  readonly pods: readonly Pod[];
  readonly want: readonly string[];
}> = [
  {
    title: "ready and other addresses, each list in the order of its text",
    pods: [pod("10.244.0.9"), pod("10.244.0.10"), pod("10.244.0.3", { ready: false })],
    want: ["10.244.0.10 10.244.0.9 (10.244.0.3) http:80"],
  },
  {
    title: "a pod that is being deleted is left out",
    pods: [pod("10.244.0.1", { deleting: true })],
    want: [],
  },
  {
    title: "publishNotReadyAddresses makes all of them ready, the ending ones too",
    spec: { publishNotReadyAddresses: true },
    pods: [pod("10.244.0.1", { deleting: true }), pod("10.244.0.2", { ready: false })],
    want: ["10.244.0.1 10.244.0.2 http:80"],
  },
  {
    title: "a port's name that is another number on each pod",
    spec: { ports: [{ port: 80, targetPort: "web" }] },
    pods: [
      pod("10.244.0.1", { ports: [{ name: "web", containerPort: 8080 }] }),
      pod("10.244.0.2", { ports: [{ name: "web", containerPort: 9090 }] }),
      pod("10.244.0.3"),
    ],
    want: ["10.244.0.1 :8080", "10.244.0.2 :9090"],
  },
  {
    title: "no ports",
    spec: { clusterIP: "None", ports: [] },
    pods: [pod("10.244.0.1")],
    want: ["10.244.0.1"],
  },
];

for (const { title, spec, pods, want } of cases) {
  test(`subsets: ${title}`, (t) => {
    t.deepEqual(endpointSubsets(service(spec), pods).map(describe), want);
  });
}

const addresses = (count: number): Array<{ ip: string }> =>
  Array.from({ length: count }, (_, index) => ({ ip: `10.244.0.${index}` }));

const truncations: ReadonlyArray<{
  readonly title: string;
  readonly subsets: readonly EndpointSubset[];
  /** Ready and not ready, per subset. */
  readonly want: ReadonlyArray<readonly [number, number]>;
  readonly isTruncated: boolean;
}> = [
  {
    title: "what fits stays",
    subsets: [{ addresses: addresses(6), notReadyAddresses: addresses(4) }],
    want: [[6, 4]],
    isTruncated: false,
  },
  {
    title: "ready ones come first",
    subsets: [{ addresses: addresses(8), notReadyAddresses: addresses(4) }],
    want: [[8, 2]],
    isTruncated: true,
  },
  {
    title: "subsets share by their size",
    subsets: [
      { addresses: addresses(15), notReadyAddresses: addresses(1) },
      { addresses: addresses(5) },
    ],
    want: [
      [8, 0],
      [2, 0],
    ],
    isTruncated: true,
  },
];

for (const { title, subsets, want, isTruncated } of truncations) {
  test(`with room for ten, ${title}`, (t) => {
    const truncated = truncateSubsets(subsets, 10);
    t.is(truncated.isTruncated, isTruncated);
    t.deepEqual(
      truncated.subsets.map((subset) => [
        subset.addresses?.length ?? 0,
        subset.notReadyAddresses?.length ?? 0,
      ]),
      want.map((each) => [...each]),
    );
  });
}

test("Endpoints follow their Service and end with it", async (t) => {
  const store = new Store();
  await using controller = setupEndpoints({ store, log: silent });
  store.create(service({ clusterIP: "None" }));
  await controller.whenIdle();
  const empty = store.get("Endpoints", key);
  t.deepEqual(empty?.metadata.labels, { tier: "back", "service.kubernetes.io/headless": "" });
  t.is(empty?.subsets, undefined);
  store.create(pod("10.244.0.1"));
  await controller.whenIdle();
  t.deepEqual(store.get("Endpoints", key)?.subsets?.map(describe), ["10.244.0.1 http:80"]);
  store.remove("Endpoints", key);
  await controller.whenIdle();
  t.deepEqual(store.get("Endpoints", key)?.subsets?.map(describe), ["10.244.0.1 http:80"]);
  store.remove("Service", key);
  await controller.whenIdle();
  t.is(store.get("Endpoints", key), undefined);
});

function handWritten(labels: Record<string, string> = {}): Endpoints {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...key, labels },
    subsets: [
      {
        addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }],
        notReadyAddresses: [{ ip: "192.0.2.2", nodeName: "node02" }],
        ports: [{ port: 5432, protocol: "TCP" }],
      },
    ],
  };
}

/** `IPv4 192.0.2.1 ready :5432` */
function mirrored(store: Store): readonly string[] {
  return store
    .list("EndpointSlice", namespace)
    .map(({ addressType, endpoints, ports }) =>
      [
        addressType,
        ...endpoints.map((each) => `${each.addresses}${each.conditions?.ready ? "" : "?"}`),
        ...ports.map(({ name, port }) => `${name}:${port}`),
      ].join(" "),
    );
}

test("Endpoints written by hand are mirrored into a slice per family, and the mirror follows", async (t) => {
  const store = new Store();
  await using controller = setupEndpointsMirroring({ store, log: silent });
  const { selector: _none, ...spec } = service().spec;
  store.create(handWritten({ a: "b" }));
  await controller.whenIdle();
  t.deepEqual(mirrored(store), [], "without a Service there is nothing to mirror for");
  store.create({ ...service(), spec });
  await controller.whenIdle();
  t.deepEqual([...mirrored(store)].sort(), [
    "IPv4 192.0.2.1 192.0.2.2? :5432",
    "IPv6 2001:db8::1 :5432",
  ]);
  const [slice] = store.list("EndpointSlice");
  t.deepEqual(slice?.metadata.labels, {
    a: "b",
    "kubernetes.io/service-name": "web",
    "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
  });
  t.is(slice?.metadata.ownerReferences?.[0]?.kind, "Endpoints");
  store.patch("Endpoints", key, (found) => ({
    ...found,
    subsets: [{ addresses: [{ ip: "192.0.2.7" }], ports: [{ port: 5432, protocol: "TCP" }] }],
  }));
  await controller.whenIdle();
  t.deepEqual(mirrored(store), ["IPv4 192.0.2.7 :5432"]);
  store.remove("Endpoints", key);
  await controller.whenIdle();
  t.deepEqual(mirrored(store), []);
});

for (const { title, labels, spec } of [
  {
    title: "that say so",
    labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    spec: { selector: {} },
  },
  { title: "of a Service with a selector", labels: {}, spec: {} },
]) {
  test(`Endpoints ${title} are not mirrored`, async (t) => {
    const store = new Store();
    await using controller = setupEndpointsMirroring({ store, log: silent });
    store.create(service(spec));
    store.create(handWritten(labels));
    await controller.whenIdle();
    t.deepEqual(mirrored(store), []);
  });
}

test("the two controllers do not undo each other's work", async (t) => {
  const store = new Store();
  await using endpoints = setupEndpoints({ store, log: silent });
  await using mirroring = setupEndpointsMirroring({ store, log: silent });
  store.create(service({ selector: {} }));
  store.create(handWritten());
  await whenAllIdle([endpoints, mirroring]);
  t.is(store.get("Endpoints", key)?.subsets?.length, 1);
  t.is(mirrored(store).length, 2);
});
