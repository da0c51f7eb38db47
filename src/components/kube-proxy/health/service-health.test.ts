import test from "ava";
import { buildClusterModel } from "../model/cluster/cluster-model.ts";
import { sampleServices, sampleSlices } from "../testing/sample-services.ts";
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
