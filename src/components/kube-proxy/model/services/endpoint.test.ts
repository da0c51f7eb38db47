import test from "ava";
import type { EndpointSlice } from "../../../../api/objects/service.ts";
import { sampleEndpoint, sampleSlice } from "../../testing/sample-services.ts";
import { compareEndpoints, slicePorts, withoutDuplicates } from "./endpoint.ts";

const slice = sampleSlice("web", [sampleEndpoint(1, 2)]);
const endpointsOf = (given: EndpointSlice) =>
  slicePorts(given, "ipv4").flatMap(({ endpoints }) => endpoints);

const ignored: ReadonlyArray<{ title: string; given: EndpointSlice }> = [
  { title: "an FQDN slice", given: { ...slice, addressType: "FQDN" } },
  { title: "a slice of the other family", given: { ...slice, addressType: "IPv6" } },
  { title: "a port without a name", given: { ...slice, ports: [{ port: 80 }] } },
  { title: "a port without a number", given: { ...slice, ports: [{ name: "http" }] } },
  { title: "port 0", given: { ...slice, ports: [{ name: "http", port: 0 }] } },
  {
    title: "an address of the other family",
    given: sampleSlice("web", [{ addresses: ["fd00::1"] }]),
  },
  { title: "an endpoint without address", given: sampleSlice("web", [{ addresses: [] }]) },
];
for (const { title, given } of ignored) {
  test(`${title} gives no endpoints`, (t) => {
    t.deepEqual(endpointsOf(given), []);
  });
}

test("an empty name is a name", (t) => {
  t.is(slicePorts({ ...slice, ports: [{ name: "", port: 80 }] }, "ipv4")[0]?.portName, "");
});

test("absent conditions mean ready, serving and not terminating", (t) => {
  const [endpoint] = endpointsOf(slice);
  t.like(endpoint, { ready: true, serving: true, terminating: false });
});

test("only the first address counts", (t) => {
  const given = sampleSlice("web", [{ addresses: ["10.244.1.2", "10.244.1.3"] }]);
  t.deepEqual(
    endpointsOf(given).map(({ text }) => text),
    ["10.244.1.2:8080"],
  );
});

const going = { ready: false, serving: true, terminating: true };
const twice = [
  { title: "both stay: the later", conditions: [{}, {}], want: "second" },
  {
    title: "the later is not ready: the later",
    conditions: [{}, { ready: false }],
    want: "second",
  },
  { title: "the later shuts down: the first", conditions: [{}, going], want: "first" },
  { title: "the first shuts down: the later", conditions: [going, {}], want: "second" },
  { title: "both shut down: the first", conditions: [going, going], want: "first" },
] as const;
for (const { title, conditions, want } of twice) {
  test(`of two that are one endpoint one counts; ${title}`, (t) => {
    const [first = {}, second = {}] = conditions;
    const known = withoutDuplicates(
      endpointsOf(
        sampleSlice("web", [
          sampleEndpoint(1, 2, { nodeName: "first", conditions: first }),
          sampleEndpoint(1, 2, { nodeName: "second", conditions: second }),
          sampleEndpoint(1, 3, { nodeName: "another" }),
        ]),
      ).sort(compareEndpoints),
    );
    t.deepEqual(
      known.map(({ nodeName }) => nodeName),
      [want, "another"],
    );
  });
}
