import test from "ava";
import type { EndpointSlice, Service } from "../../../../api/objects/service.ts";
import { Store } from "../../../../api/store/store.ts";
import { randomBelow, seededRandom } from "../../../../base/random.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../testing/sample-services.ts";
import { buildClusterModel, changedServices } from "./cluster-model.ts";
import { clusterModelOf } from "./shared-model.ts";

const options = { family: "ipv4", loadBalancerIPMode: true } as const;
const objects = { services: sampleServices, slices: sampleSlices };
const sample = buildClusterModel(objects, options);

test("Services are in the order of their keys, headless ones left out", (t) => {
  const keys = [...sample.services.keys()];
  t.deepEqual(keys, [...keys].sort());
  t.is(keys.length, sampleServices.length - 1);
  t.false(keys.includes("shop/headless"));
});

test("endpoints are in the order of their text", (t) => {
  const [port] = sample.services.get("shop/web")?.ports ?? [];
  t.deepEqual(
    port?.endpoints.map(({ text }) => text),
    ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
  );
});

test("a port takes the endpoints of its own name and protocol, from all slices", (t) => {
  const service = sampleService("two", {
    clusterIP: "10.96.0.50",
    ports: [
      { name: "a", port: 1, protocol: "TCP" },
      { name: "b", port: 2, protocol: "UDP" },
    ],
  });
  const first = sampleSlice(
    "two",
    [sampleEndpoint(1, 2)],
    [
      { name: "a", port: 11, protocol: "TCP" },
      { name: "b", port: 12, protocol: "TCP" },
    ],
  );
  const second = sampleSlice(
    "two",
    [sampleEndpoint(2, 2)],
    [
      { name: "a", port: 21 },
      { name: "b", port: 22, protocol: "UDP" },
    ],
  );
  const model = buildClusterModel({ services: [service], slices: [first, second] }, options);
  t.deepEqual(
    model.services.get("shop/two")?.ports.map(({ endpoints }) => endpoints.map(({ text }) => text)),
    [["10.244.1.2:11", "10.244.2.2:21"], ["10.244.2.2:22"]],
  );
  t.is(model.endpointCount, 3);
});

test("an endpoint that two slices have counts once", (t) => {
  const slices = [
    sampleSlice("web", [sampleEndpoint(1, 2)]),
    sampleSlice("web", [sampleEndpoint(1, 2)]),
  ];
  const [web] = sampleServices;
  const model = buildClusterModel({ services: web === undefined ? [] : [web], slices }, options);
  t.is(model.endpointCount, 1);
});

test("what did not change keeps its identity, by objects and by value", (t) => {
  const same = buildClusterModel(objects, options, sample);
  t.is(changedServices(sample, same).size, 0);
  const copied = buildClusterModel(structuredClone(objects), options, sample);
  t.is(changedServices(sample, copied).size, 0);
});

test("changed, new and gone Services are told", (t) => {
  const services = [
    ...sampleServices.filter(({ metadata }) => metadata.name !== "web"),
    sampleService("new", { clusterIP: "10.96.0.60", ports: [{ port: 80 }] }),
  ];
  const slices = sampleSlices.filter(({ metadata }) => metadata.name !== "sticky-1");
  const next = buildClusterModel({ services, slices }, options, sample);
  t.deepEqual([...changedServices(sample, next)].sort(), ["shop/new", "shop/sticky", "shop/web"]);
});

test("nodes share one model of the store's revision", (t) => {
  const store = new Store();
  for (const service of sampleServices) store.create(service);
  const first = clusterModelOf(store, options);
  t.is(clusterModelOf(store, options), first);
  for (const slice of sampleSlices) store.create(slice);
  const second = clusterModelOf(store, options);
  t.not(second, first);
  t.deepEqual(second.services.get("shop/web"), sample.services.get("shop/web"));
  t.not(clusterModelOf(store, { ...options, family: "ipv6" }), second);
});

test("a model that follows the store's changes is the one that all of its objects make", (t) => {
  const random = seededRandom("changes");
  const pick = (count: number): number => randomBelow(count, random);
  const store = new Store();
  for (let round = 0; round < 200; round++) {
    // Some rounds change nothing, few or many Services; what is made may be undone before anybody looks.
    for (let left = [0, 1, 2, 30][pick(4)] ?? 0; left > 0; left--) changeSomething(store, pick);
    const followed = clusterModelOf(store, options);
    const made = buildClusterModel(
      { services: store.list("Service"), slices: store.list("EndpointSlice") },
      options,
    );
    t.deepEqual([...followed.services], [...made.services]);
    t.deepEqual([...followed.sources.keys()], [...made.sources.keys()]);
    t.is(followed.endpointCount, made.endpointCount);
  }
});

/** Of twenty Services in two namespaces. */
function changeSomething(store: Store, pick: (count: number) => number): void {
  const [number, namespace] = [pick(10), ["a", "a-b"][pick(2)] ?? ""];
  const name = `service-${number}`;
  const metadata = { name, namespace };
  const labels = { "kubernetes.io/service-name": `service-${pick(3) === 0 ? pick(10) : number}` };
  const endpoints = Array.from({ length: pick(4) }, () => sampleEndpoint(1, 2 + pick(9)));
  const service = sampleService(name, {
    clusterIP: pick(4) === 0 ? "None" : `10.96.1.${number}`,
    ports: [{ name: "http", port: 80 + pick(2) }],
  });
  const slice = sampleSlice(name, endpoints);
  const object: Service | EndpointSlice =
    pick(2) === 0 ? { ...service, metadata } : { ...slice, metadata: { ...metadata, labels } };
  if (store.get(object.kind, metadata) === undefined) store.create(object);
  else if (pick(3) === 0) store.remove(object.kind, metadata);
  else store.update(object);
}
