/** The HTTP servers of a kube-proxy on a node: asked from outside, as a load balancer asks. */
import test from "ava";
import { Store } from "../../src/api/store/store.ts";
import { CleanupStack } from "../../src/base/cleanup-stack.ts";
import { sampleConfigOf } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { SampleNode } from "./sample-node.ts";

const outside = "203.0.113.9";
const nodeIP = "192.168.0.16";
const healthCheck = { from: outside, to: nodeIP, port: 32000 };

function sampleStore(): Store {
  const store = new Store();
  store.create({ apiVersion: "v1", kind: "Node", metadata: { name: "node01" }, spec: {} });
  for (const service of sampleServices) store.create(service);
  for (const slice of sampleSlices) store.create(slice);
  return store;
}

for (const mode of ["iptables", "nftables"] as const) {
  test(`${mode}: a load balancer hears whether the node has endpoints of the Service`, async (t) => {
    using node = new SampleNode(`health-${mode}`, sampleConfigOf(mode));
    const store = sampleStore();
    await using proxy = node.startProxy(store, sampleConfigOf(mode));
    await proxy.synced();
    t.deepEqual(await ask(node), {
      status: 200,
      weight: "1",
      body: `{\n\t"service": {\n\t\t"namespace": "shop",\n\t\t"name": "balanced-local"\n\t},\n\t"localEndpoints": 1,\n\t"serviceProxyHealthy": true\n}`,
    });
    store.update(sampleSlice("balanced-local", [sampleEndpoint(2, 2)]));
    await proxy.synced();
    t.like(await ask(node), { status: 503, weight: "0" });
    // One that shuts down serves on, but nothing new is to be sent to it.
    const conditions = { ready: false, serving: true, terminating: true };
    store.update(sampleSlice("balanced-local", [sampleEndpoint(1, 2, { conditions })]));
    await proxy.synced();
    t.like(await ask(node), { status: 503, weight: "0" });
    store.remove("Service", { namespace: "shop", name: "balanced-local" });
    await proxy.synced();
    await t.throwsAsync(() => ask(node), { instanceOf: SocketError, message: /refused/i });
  });
}

async function ask(node: SampleNode) {
  const { status, headers, body } = await node.get(healthCheck, "/");
  return { status, weight: headers["x-load-balancing-endpoint-weight"], body };
}

test("the proxy's own health says whether the node should be sent new connections", async (t) => {
  using node = new SampleNode("healthz", sampleConfigOf("iptables"));
  const store = sampleStore();
  await using proxy = node.startProxy(store, sampleConfigOf("iptables"));
  await proxy.synced();
  const healthz = { from: outside, to: nodeIP, port: 10_256 };
  const { status, headers, body } = await node.get(healthz, "/healthz");
  t.is(status, 200);
  t.is(headers["x-content-type-options"], "nosniff");
  t.like(JSON.parse(body), {
    nodeEligible: true,
    healthy: true,
    status: { IPv4: { healthy: true } },
  });
  store.patch("Node", { namespace: "", name: "node01" }, (object) => ({
    ...object,
    spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] },
  }));
  t.is((await node.get(healthz, "/healthz")).status, 503);
  t.is((await node.get(healthz, "/livez")).status, 200);
});

test("a kube-proxy of two families answers for both, at the addresses of both", async (t) => {
  const config = sampleConfigOf("iptables");
  using node = new SampleNode("dual-health", config);
  const store = sampleStore();
  await using running = new CleanupStack();
  for (const proxy of node.startDualProxy(store, config)) {
    running.use(proxy);
    await proxy.synced();
  }
  for (const loopback of ["127.0.0.1", "::1"]) {
    const healthz = { from: loopback, to: loopback, port: 10_256 };
    const { status, body } = await node.get(healthz, "/healthz");
    t.is(status, 200, loopback);
    t.like(JSON.parse(body), { status: { IPv4: { healthy: true }, IPv6: { healthy: true } } });
  }
  const metrics = { from: "127.0.0.1", to: "127.0.0.1", port: 10_249 };
  const { body } = await node.get(metrics, "/metrics");
  for (const family of ["IPv4", "IPv6"]) {
    const line = `kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="${family}"} 1\n`;
    t.true(body.includes(line), family);
  }
  t.true(body.includes('kubeproxy_proxy_healthz_total{code="200"} 2\n'));
  await t.throwsAsync(() => node.get({ ...metrics, from: "::1", to: "::1" }, "/metrics"));
  // What a node was last decides when its object is gone.
  store.patch("Node", { namespace: "", name: "node01" }, (object) => ({
    ...object,
    spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] },
  }));
  store.remove("Node", { namespace: "", name: "node01" });
  const healthz = { from: outside, to: nodeIP, port: 10_256 };
  t.is((await node.get(healthz, "/healthz")).status, 503);
});

test("people on the node learn the mode, and how many Services lack local endpoints", async (t) => {
  using node = new SampleNode("metrics", sampleConfigOf("nftables"));
  await using proxy = node.startProxy(sampleStore(), sampleConfigOf("nftables"));
  await proxy.synced();
  const local = { from: "127.0.0.1", to: "127.0.0.1", port: 10_249 };
  t.is((await node.get(local, "/proxyMode")).body, "nftables");
  const { body } = await node.get(local, "/metrics");
  t.regex(
    body,
    /^kubeproxy_sync_proxy_rules_no_local_endpoints_total\{ip_family="IPv4",traffic_policy="internal"\} 1$/m,
  );
  t.regex(body, /^kubeproxy_sync_full_proxy_rules_duration_seconds_count\{ip_family="IPv4"\} 1$/m);
  const remote = { from: outside, to: nodeIP, port: 10_249 };
  await t.throwsAsync(() => node.get(remote, "/proxyMode"), { instanceOf: SocketError });
});

test("a port that somebody has is an event on the Service, and is tried again", async (t) => {
  using node = new SampleNode("taken", sampleConfigOf("iptables"));
  const taken = node.answerTcp("node01", 32000);
  const store = sampleStore();
  await using proxy = node.startProxy(store, sampleConfigOf("iptables"));
  await proxy.synced();
  const [event] = store.list("Event");
  t.like(event, {
    type: "Warning",
    reason: "FailedToStartServiceHealthcheck",
    involvedObject: { kind: "Service", name: "balanced-local" },
  });
  await new Promise((resolve) => taken.close(resolve));
  store.remove("Service", { namespace: "shop", name: "web" });
  await proxy.synced();
  t.is((await ask(node)).status, 200);
});
