import test from "ava";
import type { SliceEndpoint } from "../../../api/objects/service.ts";
import { buildClusterModel, changedServices } from "../model/cluster/cluster-model.ts";
import {
  sampleEndpoint,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../testing/sample-services.ts";
import { renderServiceHealth, serviceHealth } from "./service-health.ts";

const cluster = buildClusterModel(
  { services: sampleServices, slices: sampleSlices },
  { family: "ipv4", loadBalancerIPMode: true },
);

test("each node answers for its own endpoints", (t) => {
  const on = (node: string) => serviceHealth(cluster, node);
  const expected = { namespace: "shop", name: "balanced-local", port: 32000 };
  t.deepEqual(on("node01"), [{ ...expected, localEndpoints: 1 }]);
  t.deepEqual(on("master"), [{ ...expected, localEndpoints: 0 }]);
});

const balanced = sampleServices.filter(({ metadata }) => metadata.name === "balanced-local");
const pod = (host: number, more: Partial<SliceEndpoint> = {}) => sampleEndpoint(1, host, more);
const metricsPort = [{ name: "metrics", port: 9090 }];
const slices = [
  {
    title: "a port that the Service lacks counts",
    of: [sampleSlice("balanced-local", [pod(2)], metricsPort)],
    count: 1,
  },
  {
    title: "one address at two ports counts once",
    of: [
      sampleSlice("balanced-local", [pod(2), pod(3)]),
      sampleSlice("balanced-local", [pod(2)], metricsPort),
    ],
    count: 2,
  },
  {
    title: "a port without a name does not",
    of: [sampleSlice("balanced-local", [pod(2)], [{ port: 9090 }])],
    count: 0,
  },
  {
    title: "one that is not ready does not",
    of: [sampleSlice("balanced-local", [pod(2, { conditions: { ready: false } })])],
    count: 0,
  },
];
for (const { title, of, count } of slices) {
  test(`of what slices have for the node: ${title}`, (t) => {
    const options = { family: "ipv4", loadBalancerIPMode: true } as const;
    const model = buildClusterModel({ services: balanced, slices: of }, options);
    t.deepEqual(
      serviceHealth(model, "node01").map(({ localEndpoints }) => localEndpoints),
      [count],
    );
  });
}

test("a slice that only the health check counts is a change of its Service", (t) => {
  const options = { family: "ipv4", loadBalancerIPMode: true } as const;
  const before = buildClusterModel({ services: balanced, slices: [] }, options);
  const more = [sampleSlice("balanced-local", [pod(2)], metricsPort)];
  const after = buildClusterModel({ services: balanced, slices: more }, options, before);
  t.deepEqual([...changedServices(before, after)], ["shop/balanced-local"]);
});

const answers = [
  { localEndpoints: 2, isHealthy: true, status: 200 },
  { localEndpoints: 0, isHealthy: true, status: 503 },
  { localEndpoints: 2, isHealthy: false, status: 503 },
] as const;
for (const { localEndpoints, isHealthy, status } of answers) {
  test(`${localEndpoints} local endpoints, proxy healthy ${isHealthy}: ${status}`, (t) => {
    const health = { namespace: "shop", name: "web", port: 32000, localEndpoints };
    const response = renderServiceHealth(health, { isHealthy });
    t.is(response.status, status);
    t.is(response.headers["X-Load-Balancing-Endpoint-Weight"], String(localEndpoints));
    t.is(
      response.body,
      `{\n\t"service": {\n\t\t"namespace": "shop",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": ${localEndpoints},\n\t"serviceProxyHealthy": ${isHealthy}\n}`,
    );
  });
}
