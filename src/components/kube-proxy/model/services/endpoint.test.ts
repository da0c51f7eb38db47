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

test("of two that are one endpoint the first wins, unless the later is local", (t) => {
  const twice = (...nodes: string[]) =>
    endpointsOf(
      sampleSlice(
        "web",
        nodes.map((nodeName) => sampleEndpoint(1, 2, { nodeName })),
      ),
    ).sort(compareEndpoints);
  const winner = (...nodes: string[]) => withoutDuplicates(twice(...nodes), "here")[0]?.nodeName;
  t.is(winner("first", "second"), "first");
  t.is(winner("first", "here"), "here");
  t.is(winner("here", "second"), "here");
  t.is(withoutDuplicates(twice("first", "here", "third"), "here").length, 1);
});
