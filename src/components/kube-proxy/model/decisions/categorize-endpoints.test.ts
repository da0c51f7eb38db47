import test from "ava";
import type { SliceEndpoint } from "../../../../api/objects/service.ts";
import { ipAddress } from "../../../../net/ip-address.ts";
import { sampleEndpoint, sampleSlice } from "../../testing/sample-services.ts";
import { type Endpoint, slicePorts } from "../services/endpoint.ts";
import type { TrafficPolicies } from "../services/service-port.ts";
import { categorizeEndpoints } from "./categorize-endpoints.ts";

const node = { name: "node01", zone: "a", preferSameNode: true };
const inside: TrafficPolicies = {
  externalPolicyLocal: false,
  internalPolicyLocal: false,
  nodePort: undefined,
  externalIPs: [],
  loadBalancerVIPs: [],
};
const nodePort = { ...inside, nodePort: 30080 };

const draining = { conditions: { ready: false, serving: true, terminating: true } };
const unready = { conditions: { ready: false, serving: false, terminating: false } };
const forZone = (name: string) => ({ hints: { forZones: [{ name }] } });
const forNode = (name: string) => ({ hints: { forNodes: [{ name }] } });

interface Case {
  readonly title: string;
  readonly policies?: TrafficPolicies;
  readonly endpoints: readonly SliceEndpoint[];
  /** The last number of each address. */
  readonly cluster: readonly number[];
  readonly local?: readonly number[];
  readonly all?: readonly number[];
  readonly hasAny: boolean;
}

const cases: readonly Case[] = [
  { title: "nobody", endpoints: [], cluster: [], hasAny: false },
  {
    title: "only ready ones",
    endpoints: [
      sampleEndpoint(1, 2),
      sampleEndpoint(2, 3, unready),
      sampleEndpoint(2, 4, draining),
    ],
    cluster: [2],
    hasAny: true,
  },
  {
    title: "none ready: those that shut down and still serve",
    endpoints: [sampleEndpoint(1, 2, unready), sampleEndpoint(2, 4, draining)],
    cluster: [4],
    hasAny: true,
  },
  {
    title: "hints for this zone",
    endpoints: [sampleEndpoint(1, 2, forZone("a")), sampleEndpoint(2, 3, forZone("b"))],
    cluster: [2],
    hasAny: true,
  },
  {
    title: "hints that name this zone nowhere",
    endpoints: [sampleEndpoint(1, 2, forZone("c")), sampleEndpoint(2, 3, forZone("b"))],
    cluster: [2, 3],
    hasAny: true,
  },
  {
    title: "one ready endpoint without a hint switches hints off",
    endpoints: [sampleEndpoint(1, 2, forZone("a")), sampleEndpoint(2, 3)],
    cluster: [2, 3],
    hasAny: true,
  },
  {
    title: "hints for this node go before those for its zone",
    endpoints: [
      sampleEndpoint(1, 2, {
        hints: { forNodes: [{ name: "node01" }], forZones: [{ name: "b" }] },
      }),
      sampleEndpoint(2, 3, {
        hints: { forNodes: [{ name: "node02" }], forZones: [{ name: "a" }] },
      }),
    ],
    cluster: [2],
    hasAny: true,
  },
  {
    title: "hints for other nodes only",
    endpoints: [sampleEndpoint(2, 3, forNode("node02"))],
    cluster: [3],
    hasAny: true,
  },
  {
    title: "internal Local: only this node's, though others exist",
    policies: { ...inside, internalPolicyLocal: true },
    endpoints: [sampleEndpoint(1, 2), sampleEndpoint(2, 3)],
    cluster: [],
    local: [2],
    hasAny: true,
  },
  {
    title: "internal Local and nobody here: somebody elsewhere is known",
    policies: { ...inside, internalPolicyLocal: true },
    endpoints: [sampleEndpoint(2, 3)],
    cluster: [],
    local: [],
    hasAny: true,
  },
  {
    title: "external Local: both kinds",
    policies: { ...nodePort, externalPolicyLocal: true },
    endpoints: [sampleEndpoint(1, 2), sampleEndpoint(2, 3)],
    cluster: [2, 3],
    local: [2],
    hasAny: true,
  },
  {
    title: "external Local counts only where something is external",
    policies: { ...inside, externalPolicyLocal: true },
    endpoints: [sampleEndpoint(1, 2), sampleEndpoint(2, 3)],
    cluster: [2, 3],
    hasAny: true,
  },
  {
    title: "local ones ignore hints, and both sides need their chains",
    policies: { ...nodePort, externalPolicyLocal: true },
    endpoints: [sampleEndpoint(1, 2, forZone("b")), sampleEndpoint(2, 3, forZone("a"))],
    cluster: [3],
    local: [2],
    all: [2, 3],
    hasAny: true,
  },
  {
    title: "a local one that shuts down serves while ready ones are elsewhere",
    policies: { ...nodePort, externalPolicyLocal: true },
    endpoints: [sampleEndpoint(1, 2, draining), sampleEndpoint(2, 3)],
    cluster: [3],
    local: [2],
    all: [2, 3],
    hasAny: true,
  },
];

for (const { title, policies = inside, endpoints, hasAny, ...want } of cases) {
  test(`endpoints of a node: ${title}`, (t) => {
    const known = slicePorts(sampleSlice("web", endpoints), "ipv4").flatMap(
      (port) => port.endpoints,
    );
    const result = categorizeEndpoints(known, policies, node);
    t.deepEqual(hosts(result.cluster), want.cluster);
    t.deepEqual(hosts(result.local), want.local ?? []);
    const larger = want.cluster.length > 0 ? want.cluster : (want.local ?? []);
    t.deepEqual(hosts(result.allReachable), want.all ?? larger);
    t.is(result.hasAny, hasAny);
  });
}

test("an external address makes a Service external", (t) => {
  const external = { ...inside, internalPolicyLocal: true, externalIPs: [ipAddress("192.0.2.1")] };
  const known = slicePorts(sampleSlice("web", [sampleEndpoint(2, 3)]), "ipv4")[0]?.endpoints ?? [];
  t.deepEqual(hosts(categorizeEndpoints(known, external, node).cluster), [3]);
});

test("without the feature gate, hints for nodes are not read", (t) => {
  const slice = sampleSlice("web", [
    sampleEndpoint(1, 2, forNode("node01")),
    sampleEndpoint(2, 3, forNode("node02")),
  ]);
  const known = slicePorts(slice, "ipv4")[0]?.endpoints ?? [];
  const ungated = categorizeEndpoints(known, inside, { ...node, preferSameNode: false });
  t.deepEqual(hosts(ungated.cluster), [2, 3]);
});

function hosts(endpoints: readonly Endpoint[]): readonly number[] {
  return endpoints.map(({ ip }) => Number(ip.split(".")[3]));
}
