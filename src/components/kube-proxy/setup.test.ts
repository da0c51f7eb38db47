import test from "ava";
import { pino } from "pino";
import { Store } from "../../api/store/store.ts";
import { until } from "../../base/until.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { resolveKubeProxyConfig } from "./config/config.ts";
import { applyPayload, chainRules, type RuleSet } from "./iptables/trace/rule-set.ts";
import type { StaleConntrack } from "./model/stale-conntrack.ts";
import { type KubeProxyOptions, startKubeProxy } from "./setup.ts";
import { refusingKernel } from "./testing/refusing-kernel.ts";
import { sampleConfig } from "./testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "./testing/sample-services.ts";

const log = pino({ level: "silent" });
const web = sampleService("web", { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] });
const webKey = { namespace: "shop", name: "web" };
const node01 = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node01", labels: { "topology.kubernetes.io/zone": "a" } },
  spec: {},
} as const;

/** A kernel made of values: keeps what was loaded, and fails when it is told to. */
function start(store: Store, more: Partial<KubeProxyOptions> = {}) {
  const kernel = { rules: new Map() as RuleSet, payloads: [] as string[], failures: 0 };
  const proxy = startKubeProxy({
    nodeName: "node01",
    nodeIP: ipAddress("192.168.0.16"),
    config: sampleConfig,
    store,
    log,
    kernel: {
      ...refusingKernel,
      iptablesRestore: async (payload) => {
        kernel.payloads.push(payload);
        if (kernel.failures > 0) {
          kernel.failures--;
          throw new Error("resource temporarily unavailable");
        }
        kernel.rules = applyPayload(payload, kernel.rules);
      },
    },
    ...more,
  });
  return { kernel, proxy };
}

function sampleStore(): Store {
  const store = new Store();
  for (const service of sampleServices) store.create(service);
  for (const slice of sampleSlices) store.create(slice);
  return store;
}

function captures(rules: RuleSet): readonly string[] {
  return chainRules(rules, "nat", "KUBE-SERVICES").map(({ text }) => text);
}

test("the first sync has all that the store holds, in one payload", async (t) => {
  const { kernel, proxy } = start(sampleStore(), { kubeletChains: true });
  await proxy.synced();
  t.is(kernel.payloads.length, 1);
  t.deepEqual(proxy.syncs, { full: 1, partial: 0, failed: 0 });
  t.true(kernel.payloads[0]?.startsWith("*mangle\n:KUBE-KUBELET-CANARY - [0:0]\n"));
  t.true(captures(kernel.rules).some((rule) => rule.includes("shop/web:http cluster IP")));
  await proxy[Symbol.asyncDispose]();
});

test("a change is in the kernel once synced resolves", async (t) => {
  const store = new Store();
  const { kernel, proxy } = start(store);
  await using _ = proxy;
  await proxy.synced();
  store.create(web);
  store.create(sampleSlice("web", [sampleEndpoint(1, 2)]));
  await proxy.synced();
  t.true(captures(kernel.rules)[0]?.includes("-d 10.96.0.20 "));
  store.remove("Service", webKey);
  await proxy.synced();
  t.is(captures(kernel.rules).length, 1);
});

test("a burst of writes is one partial sync", async (t) => {
  const store = sampleStore();
  const { kernel, proxy } = start(store);
  await using _ = proxy;
  await proxy.synced();
  for (let host = 2; host < 50; host++) {
    store.patch("EndpointSlice", { namespace: "shop", name: "web-1" }, (slice) => ({
      ...slice,
      endpoints: [...slice.endpoints, sampleEndpoint(2, host)],
    }));
  }
  await proxy.synced();
  t.deepEqual(proxy.syncs, { full: 1, partial: 1, failed: 0 });
  t.is(kernel.payloads.length, 2);
});

test("a write that decides no rule reaches no kernel", async (t) => {
  const store = sampleStore();
  const { kernel, proxy } = start(store);
  await using _ = proxy;
  await proxy.synced();
  store.patch("Service", webKey, (service) => ({
    ...service,
    metadata: { ...service.metadata, annotations: { note: "seen" } },
  }));
  await proxy.synced();
  t.is(kernel.payloads.length, 1);
});

test("after a failure the next sync is full, and whoever waited knows", async (t) => {
  const store = sampleStore();
  const { kernel, proxy } = start(store);
  await using _ = proxy;
  await proxy.synced();
  kernel.failures = 1;
  store.remove("Service", webKey);
  await t.throwsAsync(proxy.synced(), { message: "resource temporarily unavailable" });
  store.create(web);
  await proxy.synced();
  t.deepEqual(proxy.syncs, { full: 2, partial: 0, failed: 1 });
  t.true(captures(kernel.rules).some((rule) => rule.includes("shop/web:http cluster IP")));
});

test("a new zone label makes the sync full; a heartbeat makes none", async (t) => {
  const store = sampleStore();
  store.create(node01);
  const { kernel, proxy } = start(store);
  await using _ = proxy;
  await proxy.synced();
  store.patch("Node", { namespace: "", name: "node01" }, (node) => ({
    ...node,
    status: { conditions: [{ type: "Ready", status: "True" }] },
  }));
  t.true(proxy.isIdle);
  store.patch("Node", { namespace: "", name: "node01" }, (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { "topology.kubernetes.io/zone": "b" } },
  }));
  await proxy.synced();
  t.deepEqual(proxy.syncs, { full: 2, partial: 0, failed: 0 });
  t.true(kernel.payloads[1]?.includes("shop/zonal:http -> 10.244.2.2:8080"));
});

test("an address that comes to the node makes a sync full only where rules name addresses", async (t) => {
  for (const { nodePortAddresses, full } of [
    { nodePortAddresses: [], full: 1 },
    { nodePortAddresses: ["192.168.0.0/16"], full: 2 },
  ]) {
    const store = sampleStore();
    const addresses = [ipAddress("192.168.0.16")];
    const { proxy } = start(store, {
      config: resolveKubeProxyConfig({ nodePortAddresses }),
      nodeAddresses: () => [...addresses],
    });
    await using _ = proxy;
    await proxy.synced();
    addresses.push(ipAddress("192.168.1.16"));
    store.remove("Service", webKey);
    await proxy.synced();
    t.deepEqual(proxy.syncs, { full, partial: 2 - full, failed: 0 });
  }
});

test("UDP connections to endpoints that are gone are forgotten", async (t) => {
  const store = sampleStore();
  const cleaned: Array<readonly StaleConntrack[]> = [];
  const { proxy } = start(store, {
    cleanConntrack: async (stale) => cleaned.push(stale),
  });
  await using _ = proxy;
  await proxy.synced();
  cleaned.length = 0;
  store.patch("EndpointSlice", { namespace: "shop", name: "game-1" }, (slice) => ({
    ...slice,
    endpoints: slice.endpoints.slice(1),
  }));
  await proxy.synced();
  t.deepEqual(cleaned, [
    [
      {
        protocol: "udp",
        family: "ipv4",
        destination: ipAddress("10.96.0.30"),
        destinationPort: 9000,
        serving: ["10.244.2.2:9000"],
      },
    ],
  ]);
});

test("a conntrack clean-up that fails does not fail the sync", async (t) => {
  const { proxy } = start(sampleStore(), {
    cleanConntrack: () => Promise.reject(new Error("no such entry")),
  });
  await using _ = proxy;
  await t.notThrowsAsync(proxy.synced());
});

test("a kube-proxy that comes back inserts no jump twice", async (t) => {
  const store = sampleStore();
  const first = start(store);
  await first.proxy.synced();
  await first.proxy[Symbol.asyncDispose]();
  const rulesAtStart = first.kernel.payloads.join("").replaceAll("\n-I ", "\n-A ");
  store.remove("Service", webKey);
  const second = start(store, { rulesAtStart });
  await using _ = second.proxy;
  await second.proxy.synced();
  const [payload = ""] = second.kernel.payloads;
  t.false(/^-I /m.test(payload));
  t.true(/^-X KUBE-SVC-67NZLRHBNDSAWJRO$/m.test(payload));
});

test("tables that somebody flushes are full again after syncPeriod, kubelet's chains and all", async (t) => {
  const ring: Array<() => void> = [];
  const timer = (callback: () => void): (() => void) => {
    ring.push(callback);
    return () => undefined;
  };
  let saved = "*mangle\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT\n";
  const payloads: string[] = [];
  await using proxy = startKubeProxy({
    ...{ nodeName: "node01", nodeIP: ipAddress("192.168.0.16"), config: sampleConfig, log, timer },
    ...{ store: sampleStore(), kubeletChains: true },
    kernel: {
      ...refusingKernel,
      iptablesSave: async () => saved,
      iptablesRestore: async (payload) => void payloads.push(payload),
    },
  });
  await proxy.synced();
  const look = async (): Promise<void> => {
    const rings = ring.length;
    ring.at(-1)?.();
    await until(async () => ring.length > rings || undefined, {
      intervalMs: 1,
      signal: AbortSignal.timeout(5_000),
    });
  };

  await look();
  await proxy.synced();
  t.is(payloads.length, 1, "nobody has flushed anything");

  await proxy.freeze();
  saved = "*mangle\nCOMMIT\n";
  await look();
  t.is(payloads.length, 1, "a proxy that stands still looks at nothing");

  proxy.thaw();
  await look();
  await proxy.synced();
  t.is(payloads.length, 2);
  t.is(payloads[1], payloads[0], "all that a clean node is given");
  t.deepEqual(proxy.syncs, { full: 2, partial: 0, failed: 0 });
});
