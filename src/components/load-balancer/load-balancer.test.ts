import test from "ava";
import { pino } from "pino";
import type { Node } from "../../api/objects/cluster.ts";
import type { Service } from "../../api/objects/service.ts";
import { Store } from "../../api/store/store.ts";
import { cidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { ingressOf, setupLoadBalancerAddresses } from "./assign-addresses.ts";
import { LoadBalancer } from "./balancer.ts";
import { checkKey, checksFor, frontends, type HealthCheck } from "./frontends.ts";
import { policyRoutes, renderRules } from "./render-rules.ts";

const pool = cidr("198.51.100.0/29");

function service(name: string, spec: Partial<Service["spec"]> = {}, ip?: string): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { type: "LoadBalancer", ports: [{ port: 80, nodePort: 30080 }], ...spec },
    ...(ip !== undefined && { status: { loadBalancer: { ingress: [{ ip }] } } }),
  };
}

function node(number: number, labels: Record<string, string> = {}, ready = "True"): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node0${number}`, labels },
    spec: {},
    status: {
      addresses: [{ type: "InternalIP", address: `192.168.0.1${number}` }],
      conditions: [{ type: "Ready", status: ready as "True" }],
    },
  };
}

const local = { externalTrafficPolicy: "Local", healthCheckNodePort: 32000 } as const;
const excluded = { "node.kubernetes.io/exclude-from-external-load-balancers": "" };

const addresses: ReadonlyArray<{
  readonly title: string;
  readonly of: Service;
  readonly others?: readonly Service[];
  readonly ip: string | "none" | undefined;
}> = [
  { title: "the first address of the pool that is free", of: service("a"), ip: "198.51.100.1" },
  {
    title: "the next one where that is taken",
    of: service("b"),
    others: [service("a", {}, "198.51.100.1")],
    ip: "198.51.100.2",
  },
  {
    title: "the one that the Service asks for",
    of: service("a", { loadBalancerIP: "198.51.100.5" }),
    ip: "198.51.100.5",
  },
  {
    title: "none where that is taken",
    of: service("a", { loadBalancerIP: "198.51.100.5" }),
    others: [service("b", {}, "198.51.100.5")],
    ip: undefined,
  },
  {
    title: "none of another pool",
    of: service("a", { loadBalancerIP: "203.0.113.5" }),
    ip: undefined,
  },
  { title: "the one it has", of: service("a", {}, "198.51.100.3"), ip: undefined },
  {
    title: "none for another's class",
    of: service("a", { loadBalancerClass: "example.com/other" }),
    ip: undefined,
  },
  {
    title: "none any more for a Service of another type",
    of: service("a", { type: "ClusterIP" }, "198.51.100.3"),
    ip: "none",
  },
  {
    title: "what another gave stays",
    of: service("a", { type: "ClusterIP" }, "203.0.113.5"),
    ip: undefined,
  },
  {
    title: "none when all are taken; the network's and the broadcast address are none",
    of: service("z"),
    others: [1, 2, 3, 4, 5, 6].map((number) => service(`s${number}`, {}, `198.51.100.${number}`)),
    ip: undefined,
  },
];
for (const { title, of, others = [], ip } of addresses) {
  test(`a Service gets ${title}`, (t) => {
    const ingress = ingressOf(of, [of, ...others], { pool, mode: "direct" });
    const expected = ip === "none" ? [] : ip === undefined ? undefined : [{ ip, ipMode: "VIP" }];
    t.deepEqual(ingress, expected as typeof ingress);
  });
}

test("behind node ports the address is not for the nodes to catch", (t) => {
  const ingress = ingressOf(service("a"), [], { pool, mode: "nodePort" });
  t.is(ingress?.[0]?.ipMode, "Proxy");
});

test("the controller writes the status, and takes it back", async (t) => {
  const store = new Store();
  const log = pino({ level: "silent" });
  await using controller = setupLoadBalancerAddresses({ store, log, pool, mode: "direct" });
  const created = store.create<"Service">(service("a"));
  await controller.whenIdle();
  const key = { namespace: "shop", name: "a" };
  t.is(store.get("Service", key)?.status?.loadBalancer?.ingress?.[0]?.ip, "198.51.100.1");
  const status = store.get("Service", key)?.status;
  store.update<"Service">({
    ...created,
    ...(status && { status }),
    spec: { ...created.spec, type: "NodePort" },
    metadata: store.get("Service", key)?.metadata ?? created.metadata,
  });
  await controller.whenIdle();
  t.deepEqual(store.get("Service", key)?.status?.loadBalancer, {});
});

test("policy Local asks the Service's own port of each node, Cluster kube-proxy's", (t) => {
  const checks = checksFor(
    [service("a"), service("b"), service("c", local), service("d", { type: "ClusterIP" })],
    [node(1), node(2), node(3, excluded), node(4, {}, "False")],
  );
  t.deepEqual(
    checks.map(({ address, port, path }) => `${address}:${port}${path}`),
    [
      "192.168.0.11:10256/healthz",
      "192.168.0.12:10256/healthz",
      "192.168.0.11:32000/healthz",
      "192.168.0.12:32000/healthz",
    ],
  );
});

const nodes = [1, 2].map((number) => ({
  node: `node0${number}`,
  address: ipAddress(`192.168.0.1${number}`),
}));

const served = frontends(
  [
    service("a", {}, "198.51.100.1"),
    service("c", { ...local, sessionAffinity: "ClientIP" }, "198.51.100.2"),
    service("none", { ...local, healthCheckNodePort: 32001 }, "198.51.100.3"),
    service("pending"),
  ],
  [node(1), node(2)],
  new Set(["node01 10256", "node02 10256", "node02 32000"]),
);

test("only nodes that answered get traffic, and a Service without address gets none", (t) => {
  t.deepEqual(
    served.map(({ name, backends }) => [name, backends.map((backend) => backend.node)]),
    [
      ["shop/a", ["node01", "node02"]],
      ["shop/c", ["node02"]],
      ["shop/none", []],
    ],
  );
});

test("direct: a mark says which node, the same for a client's port every time", (t) => {
  t.is(
    renderRules({ mode: "direct", pool, nodes, frontends: served }),
    `add table ip load-balancer
delete table ip load-balancer
table ip load-balancer {
  chain choose {
    type filter hook prerouting priority -150;
    ip daddr 198.51.100.1 tcp dport 80 meta mark set jhash ip saddr . tcp sport mod 2 map { 0 : 1, 1 : 2 } comment "shop/a"
    ip daddr 198.51.100.2 tcp dport 80 meta mark set jhash ip saddr mod 1 map { 0 : 2 } comment "shop/c"
  }
  chain refuse {
    type filter hook forward priority 0;
    ip daddr 198.51.100.0/29 meta mark 0 reject with icmp host-unreachable
  }
}
`,
  );
  t.is(
    policyRoutes(nodes),
    `rule add fwmark 1 lookup 1001 priority 1001
route add default via 192.168.0.11 dev eth0 table 1001
rule add fwmark 2 lookup 1002 priority 1002
route add default via 192.168.0.12 dev eth0 table 1002
`,
  );
});

test("nodePort: to a node's port, hidden behind the load balancer", (t) => {
  const rules = renderRules({ mode: "nodePort", pool, nodes, frontends: served });
  t.true(
    rules.includes(
      "ip daddr 198.51.100.1 tcp dport 80 dnat to numgen random mod 2 map { 0 : 192.168.0.11 . 30080, 1 : 192.168.0.12 . 30080 }",
    ),
  );
  t.true(rules.includes("ct status dnat masquerade"));
});

test("the balancer asks again when a node's answer is awaited, and writes only what changed", async (t) => {
  const store = new Store();
  for (const each of [node(1), node(2)]) store.create<"Node">(each);
  store.create<"Service">(service("a", {}, "198.51.100.1"));
  const healthy = new Set<string>();
  const scripts: string[] = [];
  const timers: Array<() => void> = [];
  await using balancer = new LoadBalancer({
    store,
    pool,
    mode: "direct",
    nodes,
    intervalMs: 500,
    isHealthy: async (check: HealthCheck) => healthy.has(checkKey(check)),
    apply: async (script) => void scripts.push(script),
    log: pino({ level: "silent" }),
    timer: (callback) => {
      timers.push(callback);
      return () => void timers.splice(timers.indexOf(callback), 1);
    },
  });
  await balancer.check();
  t.is(scripts.length, 1);
  t.false(scripts[0]?.includes("jhash"));
  healthy.add("node02 10256");
  await balancer.check();
  t.true(scripts[1]?.includes("mod 1 map { 0 : 2 }"));
  await balancer.check();
  t.is(scripts.length, 2);
  t.is(timers.length, 1);
  healthy.add("node01 10256");
  timers.shift()?.();
  await balancer.check();
  t.true(scripts[2]?.includes("mod 2 map { 0 : 1, 1 : 2 }"));
});

test("rules that could not be loaded are tried again", async (t) => {
  const store = new Store();
  let failures = 1;
  const applied: string[] = [];
  await using balancer = new LoadBalancer({
    store,
    pool,
    mode: "direct",
    nodes,
    intervalMs: 500,
    isHealthy: async () => true,
    apply: async (script) => {
      if (failures-- > 0) throw new Error("busy");
      applied.push(script);
    },
    log: pino({ level: "silent" }),
    timer: () => () => undefined,
  });
  await balancer.check();
  await balancer.check();
  t.is(applied.length, 1);
});
