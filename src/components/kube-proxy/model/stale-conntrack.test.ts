import test from "ava";
import type { EndpointSlice, Service, SliceEndpoint } from "../../../api/objects/service.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import { sampleEndpoint, sampleService, sampleSlice } from "../testing/sample-services.ts";
import { buildClusterModel, type ClusterModel } from "./cluster/cluster-model.ts";
import { isStale, staleConntrack } from "./stale-conntrack.ts";

const udp = [{ name: "dns", port: 53, protocol: "UDP", nodePort: 30053 }] as const;
const dns = sampleService("dns", {
  type: "NodePort",
  clusterIP: "10.96.0.10",
  ports: udp,
  externalIPs: ["192.0.2.50"],
});

function model(...endpoints: readonly SliceEndpoint[]): ClusterModel {
  return modelAt(53, ...endpoints);
}

function modelAt(port: number, ...endpoints: readonly SliceEndpoint[]): ClusterModel {
  return build([dns], [dnsSlice(port, ...endpoints)]);
}

function build(services: readonly Service[], slices: readonly EndpointSlice[]): ClusterModel {
  return buildClusterModel({ services, slices }, { family: "ipv4", loadBalancerIPMode: true });
}

function dnsSlice(port: number, ...endpoints: readonly SliceEndpoint[]): EndpointSlice {
  return sampleSlice("dns", endpoints, [{ name: "dns", port, protocol: "UDP" }]);
}

/** The Service with TCP alone. */
function portless(): ClusterModel {
  const tcp = { ...dns, spec: { ...dns.spec, ports: [{ name: "dns", port: 53 }] } };
  return build([tcp], [dnsSlice(53, here)]);
}

const nothing = build([], []);

const here = sampleEndpoint(1, 2);
const there = sampleEndpoint(2, 2);
const draining = sampleEndpoint(2, 2, {
  conditions: { ready: false, serving: true, terminating: true },
});
const finished = sampleEndpoint(2, 2, {
  conditions: { ready: false, serving: false, terminating: true },
});

const cases = [
  { title: "the first endpoint", before: model(), after: model(here), want: ["10.244.1.2:53"] },
  { title: "one more endpoint", before: model(here), after: model(here, there), want: undefined },
  { title: "one fewer", before: model(here, there), after: model(here), want: ["10.244.1.2:53"] },
  {
    title: "another port of the same pod",
    before: modelAt(5353, here),
    after: model(here),
    want: ["10.244.1.2:53"],
  },
  { title: "none left", before: model(here), after: model(), want: [] },
  { title: "its port gone", before: model(here), after: portless(), want: [] },
  { title: "the Service gone", before: model(here), after: nothing, want: [] },
  {
    title: "the Service gone while its slices stay",
    before: model(here),
    after: build([], [dnsSlice(53, here)]),
    want: [],
  },
  { title: "the Service new, without endpoints", before: nothing, after: model(), want: undefined },
  { title: "none still", before: model(), after: model(), want: undefined },
  {
    title: "one that shuts down but serves",
    before: model(here, there),
    after: model(here, draining),
    want: undefined,
  },
  {
    title: "one that no longer serves",
    before: model(here, draining),
    after: model(here, finished),
    want: ["10.244.1.2:53"],
  },
];
for (const { title, before, after, want } of cases) {
  test(`${title}: ${want === undefined ? "nothing is stale" : `all but [${want}] is stale`}`, (t) => {
    const stale = staleConntrack(before, after);
    t.deepEqual(
      stale.map(({ destination, destinationPort }) => ({ destination, destinationPort })),
      want === undefined
        ? []
        : [
            { destination: ipAddress("10.96.0.10"), destinationPort: 53 },
            { destination: ipAddress("192.0.2.50"), destinationPort: 53 },
            // Where nobody serves, nothing but its port would tell a flow from others'.
            ...(want.length === 0 ? [] : [{ destination: undefined, destinationPort: 30053 }]),
          ],
    );
    for (const { serving } of stale) t.deepEqual(serving as readonly string[], want);
  });
}

test("what another Service has by now is not that of one that is gone", (t) => {
  const heir = { ...dns, metadata: { ...dns.metadata, name: "heir" } };
  const slice = sampleSlice("heir", [there], [{ name: "dns", port: 53, protocol: "UDP" }]);
  const stale = staleConntrack(model(here), build([heir], [slice]));
  t.deepEqual(
    stale.map(({ serving }) => [...serving]),
    stale.map(() => ["10.244.2.2:53"]),
  );
  t.is(stale.length, 3);
});

test("TCP is never cleaned", (t) => {
  const web = sampleService("web", {
    clusterIP: "10.96.0.20",
    ports: [{ name: "http", port: 80 }],
  });
  const of = (...endpoints: readonly SliceEndpoint[]): ClusterModel =>
    build([web], [sampleSlice("web", endpoints)]);
  t.deepEqual(staleConntrack(of(here), of()), []);
  t.deepEqual(staleConntrack(of(here), nothing), []);
});

test("an entry is stale when nobody that serves answers it", (t) => {
  const [clusterIP, , nodePort] = staleConntrack(model(here, there), model(here));
  const entry = {
    protocol: "udp",
    destination: ipAddress("10.96.0.10"),
    destinationPort: 53,
    replySource: "10.244.2.2:53",
  };
  if (clusterIP === undefined || nodePort === undefined) return t.fail();
  t.true(isStale(entry, clusterIP));
  // Never translated: the Service had no endpoints when the client began.
  t.true(isStale({ ...entry, replySource: "10.96.0.10:53" }, clusterIP));
  t.false(isStale({ ...entry, replySource: "10.244.1.2:53" }, clusterIP));
  // The pod is there, and listens elsewhere now.
  t.true(isStale({ ...entry, replySource: "10.244.1.2:5353" }, clusterIP));
  t.false(isStale({ ...entry, protocol: "tcp" }, clusterIP));
  t.false(isStale({ ...entry, destinationPort: 54 }, clusterIP));
  t.false(isStale({ ...entry, destination: ipAddress("10.96.0.11") }, clusterIP));
  const any = { ...entry, destination: ipAddress("192.168.0.16"), destinationPort: 30053 };
  t.true(isStale(any, nodePort));
  // The Service's other family has a node port of the same number.
  t.false(isStale({ ...any, destination: ipAddress("fd00::16") }, nodePort));
});
