import test from "ava";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { ProxyMode } from "./config/config.ts";
import { applyPayload } from "./iptables/trace/rule-set.ts";
import { tracePacket } from "./iptables/trace/trace-packet.ts";
import { readIpvsRules } from "./ipvs/trace/read-rules.ts";
import { tracePacket as traceIpvs } from "./ipvs/trace/trace-packet.ts";
import { applyScript } from "./nftables/trace/rule-set.ts";
import { tracePacket as traceNftables } from "./nftables/trace/trace-packet.ts";
import { rulesFor } from "./rules-for.ts";
import { sampleFlowsOf } from "./testing/mode-flows.ts";
import type { SampleFlow } from "./testing/sample-flows.ts";
import { sampleConfig, sampleConfigOf, sampleNode } from "./testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "./testing/sample-services.ts";
import type { TracedPacket, TracedPath } from "./trace/traced-packet.ts";
import { parseRelays } from "./userspace/relay-table.ts";
import { tracePacket as traceUserspace } from "./userspace/trace-packet.ts";

const objects = [...sampleServices, ...sampleSlices];
const options = { mode: "iptables", node: sampleNode, config: sampleConfig } as const;
const rules = applyPayload(rulesFor(objects, options));
const local: readonly IpAddress[] = sampleNode.addresses;

type Trace = (packet: TracedPacket) => readonly TracedPath[];

function rulesIn(mode: ProxyMode): string {
  return rulesFor(objects, { mode, node: sampleNode, config: sampleConfigOf(mode) });
}

const table = applyScript(rulesIn("nftables"));
const virtual = readIpvsRules(rulesIn("ipvs"));
const payload = rulesIn("userspace");
const portals = { rules: applyPayload(payload), relays: parseRelays(payload) };

/** By mode, its tracer on the sample cluster's rules. */
const traces: ReadonlyArray<readonly [mode: ProxyMode, trace: Trace]> = [
  ["iptables", (packet) => tracePacket(rules, packet, { localAddresses: local })],
  ["nftables", (packet) => traceNftables(table, packet, { localAddresses: local })],
  ["ipvs", (packet) => traceIpvs(virtual, packet, { localAddresses: local })],
  ["userspace", (packet) => traceUserspace(portals, packet, { localAddresses: local })],
];

for (const [mode, trace] of traces) {
  for (const flow of sampleFlowsOf(mode)) {
    test(`${mode}: ${flow.title}: ${flow.from} to ${flow.to}:${flow.port}`, (t) => {
      const paths = trace({
        source: ipAddress(flow.from),
        destination: ipAddress(flow.to),
        destinationPort: flow.port,
        protocol: flow.protocol ?? "tcp",
      });
      t.deepEqual(outcome(paths), flow.outcome);
      t.is(
        paths.some(({ masqueraded }) => masqueraded),
        flow.masqueraded,
      );
      const sum = paths.reduce((total, { probability }) => total + probability, 0);
      t.true(Math.abs(sum - 1) < 1e-9);
    });
  }
}

function outcome(paths: readonly TracedPath[]): SampleFlow["outcome"] {
  const targets = paths.flatMap(({ target }) => (target === undefined ? [] : [target]));
  if (targets.length > 0) return targets;
  const [path] = paths;
  if (path?.verdict === "close") return "close";
  return path?.decided === true ? path.verdict : "pass";
}

test("every endpoint is as likely as the others", (t) => {
  const packet = {
    source: ipAddress("10.244.1.5"),
    destination: ipAddress("10.96.0.20"),
    destinationPort: 80,
    protocol: "tcp",
  } as const;
  const paths = tracePacket(rules, packet, { localAddresses: local });
  t.is(paths.length, 3);
  for (const { probability } of paths) t.true(Math.abs(probability - 1 / 3) < 1e-9);
});

test("the rules of one small Service, whole", (t) => {
  const payload = rulesFor(
    [
      sampleService("web", { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] }),
      sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)]),
    ],
    options,
  );
  const svc = "KUBE-SVC-67NZLRHBNDSAWJRO";
  const here = "KUBE-SEP-XTJTEC7KOHLCQM25";
  const there = "KUBE-SEP-LYOGWTXD3FSSWSCA";
  t.is(
    payload.slice(payload.indexOf("*nat")),
    `*nat
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-MARK-MASQ - [0:0]
:${svc} - [0:0]
:${here} - [0:0]
:${there} - [0:0]
-I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-I PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-I POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-POSTROUTING -m mark ! --mark 0x00004000/0x00004000 -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x00004000
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --or-mark 0x00004000
-A KUBE-SERVICES -m comment --comment "shop/web:http cluster IP" -m tcp -p tcp -d 10.96.0.20 --dport 80 -j ${svc}
-A ${svc} -m comment --comment "shop/web:http cluster IP" -m tcp -p tcp -d 10.96.0.20 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ
-A ${svc} -m comment --comment "shop/web:http -> 10.244.1.2:8080" -m statistic --mode random --probability 0.5000000000 -j ${here}
-A ${svc} -m comment --comment "shop/web:http -> 10.244.2.2:8080" -j ${there}
-A ${here} -m comment --comment shop/web:http -s 10.244.1.2 -j KUBE-MARK-MASQ
-A ${here} -m comment --comment shop/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080
-A ${there} -m comment --comment shop/web:http -s 10.244.2.2 -j KUBE-MARK-MASQ
-A ${there} -m comment --comment shop/web:http -m tcp -p tcp -j DNAT --to-destination 10.244.2.2:8080
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT
`,
  );
});

test("the node's zone and pod CIDR come from its Node object when nobody says them", (t) => {
  const node = { name: "node01", ip: ipAddress("192.168.0.16") };
  const config = { ...sampleConfig, detectLocalMode: "NodeCIDR" } as const;
  const known = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node01", labels: { "topology.kubernetes.io/zone": "a" } },
    spec: { podCIDR: "10.244.1.0/24" },
  } as const;
  const zonal = objects.filter(({ metadata }) => metadata.name.startsWith("zonal"));
  const without = rulesFor(zonal, { mode: "iptables", node, config });
  t.false(without.includes("! -s 10.244"));
  t.true(without.includes("--to-destination 10.244.2.2:8080"));
  const payload = rulesFor([...zonal, known], { mode: "iptables", node, config });
  t.true(payload.includes("! -s 10.244.1.0/24"));
  t.false(payload.includes("--to-destination 10.244.2.2:8080"));
});

test("an address that is IPv6 gets the IPv6 rules", (t) => {
  const node = { name: "node01", ip: ipAddress("fd00::16") };
  const six = sampleService("six", {
    clusterIP: "10.96.0.40",
    clusterIPs: ["10.96.0.40", "fd00:96::40"],
    ipFamilies: ["IPv4", "IPv6"],
    ports: [{ name: "http", port: 80 }],
  });
  const slice = {
    ...sampleSlice("six", [{ addresses: ["fd00:244::2"] }]),
    addressType: "IPv6",
  } as const;
  const payload = rulesFor([six, slice], { mode: "iptables", node, config: sampleConfig });
  t.true(payload.includes("-d fd00:96::40 --dport 80"));
  t.true(payload.includes("DNAT --to-destination [fd00:244::2]:8080"));
  t.true(payload.includes("--dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS"));
  t.false(payload.includes("KUBE-FIREWALL"));
});
