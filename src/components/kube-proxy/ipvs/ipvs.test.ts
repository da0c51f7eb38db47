import test from "ava";
import { type IpAddress, ipAddress } from "../../../net/ip-address.ts";
import { type KubeProxyConfiguration, resolveKubeProxyConfig } from "../config/config.ts";
import { buildClusterModel, type ClusterModel } from "../model/cluster/cluster-model.ts";
import { sampleNode } from "../testing/sample-node.ts";
import { sampleServices, sampleSlices } from "../testing/sample-services.ts";
import { type IpvsSettings, ipvsSettings } from "./settings.ts";
import { listedSets, parseSets, setCommands } from "./sync/set-commands.ts";
import { boundAddresses } from "./wanted/bound-addresses.ts";
import { createLine, kernelName, type SetName } from "./wanted/ip-sets.ts";
import { ipvsJumps, rulesPayload } from "./wanted/rules.ts";
import { wantedBy } from "./wanted/wanted.ts";

const cluster: ClusterModel = buildClusterModel(
  { services: sampleServices, slices: sampleSlices },
  { family: "ipv4", loadBalancerIPMode: true },
);
const empty = buildClusterModel(
  { services: [], slices: [] },
  { family: "ipv4", loadBalancerIPMode: true },
);

function settingsOf(more: KubeProxyConfiguration = {}): IpvsSettings {
  const config = resolveKubeProxyConfig({ mode: "ipvs", clusterCIDR: "10.244.0.0/16", ...more });
  return ipvsSettings(config, sampleNode, "ipv4");
}

function rulesOf(settings: IpvsSettings, of: ClusterModel = cluster): readonly string[] {
  const { contents, barring } = wantedBy(of, settings);
  const input = { settings, contents, barring: [...barring.values()].flat(), jumps: [] };
  return rulesPayload(input).split("\n");
}

const { servers, contents } = wantedBy(cluster, settingsOf());
const expectedServers: ReadonlyArray<readonly [string, string, readonly string[] | undefined]> = [
  [
    "a ClusterIP has every endpoint",
    "tcp 10.96.0.20:80",
    ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
  ],
  ["a Service without endpoints is there, with none", "tcp 10.96.0.22:80", []],
  [
    "a node port is on the node's address",
    "tcp 192.168.0.16:30080",
    ["10.244.1.2:8080", "10.244.2.2:8080"],
  ],
  ["and on its others", "tcp 10.244.1.1:30080", ["10.244.1.2:8080", "10.244.2.2:8080"]],
  ["and not on localhost", "tcp 127.0.0.1:30080", undefined],
  [
    "Local without a local endpoint takes the others'",
    "tcp 192.168.0.16:30081",
    ["10.244.2.2:8080"],
  ],
  ["Local with one takes that", "tcp 198.51.100.11:80", ["10.244.1.2:8080"]],
  ["internalTrafficPolicy Local has none where there is none", "tcp 10.96.0.23:80", []],
  ["an external IP is served", "tcp 192.0.2.50:80", ["10.244.1.2:8080", "10.244.2.2:8080"]],
  ["hints count", "tcp 10.96.0.31:80", ["10.244.1.2:8080"]],
];

for (const [title, key, realServers] of expectedServers) {
  test(title, (t) => {
    t.deepEqual(servers.get(key)?.realServers, realServers);
  });
}

test("session affinity is persistence", (t) => {
  t.is(servers.get("tcp 10.96.0.21:80")?.persistentSeconds, 3_600);
  t.is(servers.get("tcp 10.96.0.20:80")?.persistentSeconds, undefined);
});

test("an external address that the node has already is not bound again", (t) => {
  const external = ipAddress("192.0.2.50");
  const ports = [...cluster.services.values()].flatMap((service) => service.ports);
  const isBoundBeside = (nodeAddresses: readonly IpAddress[]): boolean =>
    ports.some((port) => boundAddresses(port, { nodeAddresses }).includes(external));
  t.true(isBoundBeside([]));
  t.false(isBoundBeside([external]));
});

const expectedSets: ReadonlyArray<readonly [SetName, readonly string[]]> = [
  ["KUBE-EXTERNAL-IP", ["192.0.2.50,tcp:80"]],
  ["KUBE-EXTERNAL-IP-LOCAL", []],
  ["KUBE-LOAD-BALANCER", ["198.51.100.10,tcp:80", "198.51.100.11,tcp:80"]],
  ["KUBE-LOAD-BALANCER-LOCAL", ["198.51.100.11,tcp:80"]],
  ["KUBE-LOAD-BALANCER-FW", ["198.51.100.10,tcp:80"]],
  ["KUBE-LOAD-BALANCER-SOURCE-CIDR", ["198.51.100.10,tcp:80,203.0.113.0/25"]],
  ["KUBE-LOAD-BALANCER-SOURCE-IP", []],
  ["KUBE-NODE-PORT-LOCAL-TCP", ["30081"]],
  ["KUBE-NODE-PORT-UDP", []],
  ["KUBE-HEALTH-CHECK-NODE-PORT", ["32000"]],
];

for (const [name, entries] of expectedSets) {
  test(`the set ${name} has ${entries.length === 0 ? "nothing" : entries.join(" and ")}`, (t) => {
    t.deepEqual([...(contents.get(name) ?? [])], [...entries]);
  });
}

test("every local endpoint may reach itself, ready or not, and no other", (t) => {
  const loops = [...(contents.get("KUBE-LOOP-BACK") ?? [])];
  t.true(loops.includes("10.244.1.9,tcp:8080,10.244.1.9"));
  t.true(loops.includes("10.244.1.2,udp:9000,10.244.1.2"));
  t.false(loops.some((entry) => entry.startsWith("10.244.2.")));
});

test("names of IPv6 sets are cut to what the kernel takes", (t) => {
  t.is(kernelName("KUBE-LOAD-BALANCER-SOURCE-CIDR", "ipv6"), "KUBE-6-LOAD-BALANCER-SOURCE-CID");
  t.is(kernelName("KUBE-NODE-PORT-LOCAL-SCTP-HASH", "ipv6"), "KUBE-6-NODE-PORT-LOCAL-SCTP-HAS");
  t.is(
    createLine("KUBE-CLUSTER-IP", "ipv6"),
    "create KUBE-6-CLUSTER-IP hash:ip,port family inet6 hashsize 1024 maxelem 65536",
  );
});

test("sets are made before anything is put in, and only what differs is written", (t) => {
  const before = parseSets(
    "create KUBE-CLUSTER-IP hash:ip,port\nadd KUBE-CLUSTER-IP 10.96.0.9,tcp:80\n",
  );
  const commands = setCommands(before, contents, "ipv4");
  const creates = commands.filter((line) => line.startsWith("create "));
  t.is(creates.length, contents.size - 1);
  t.deepEqual(commands.slice(0, creates.length), creates);
  t.true(commands.includes("del KUBE-CLUSTER-IP 10.96.0.9,tcp:80"));
  t.deepEqual(setCommands(listedSets(contents, "ipv4"), contents, "ipv4"), []);
});

const clusterIPs = `-A KUBE-SERVICES -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP`;
const masquerading: ReadonlyArray<readonly [string, KubeProxyConfiguration, string]> = [
  ["who is no pod is masqueraded", {}, "dst,dst ! -s 10.244.0.0/16"],
  ["with masqueradeAll, everybody", { iptables: { masqueradeAll: true } }, "dst,dst"],
  ["without a detector, the node's own", { clusterCIDR: "" }, "src,dst"],
];

for (const [title, config, match] of masquerading) {
  test(`to a ClusterIP, ${title}`, (t) => {
    t.true(rulesOf(settingsOf(config)).includes(`${clusterIPs} ${match} -j KUBE-MARK-MASQ`));
  });
}

test("a node that may not use a load balancer is kept from it", (t) => {
  t.true(
    rulesOf(settingsOf()).includes(
      "-A KUBE-IPVS-OUT-FILTER -s 198.51.100.10 -m ipvs --vaddr 198.51.100.10 --vproto tcp --vport 80 -j DROP",
    ),
  );
});

test("a rule about an empty set is not written, but for those that always stand", (t) => {
  const rules = rulesOf(settingsOf(), empty);
  t.deepEqual(rules.slice(rules.indexOf("*nat") + 6, rules.indexOf("COMMIT") - 4), [
    "-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN",
    "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT",
    "-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ",
  ]);
  t.true(
    rules.includes(
      "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT",
    ),
  );
});

test("jumps stand in the payload of a node that lacks them, nat before filter", (t) => {
  const settings = settingsOf();
  const text = rulesPayload({ settings, contents, barring: [], jumps: ipvsJumps });
  t.is(text.split("\n").filter((line) => line.startsWith("-I ")).length, 9);
  t.true(text.indexOf("*nat") < text.indexOf("*filter"));
});

test("an unknown scheduler is refused by name", (t) => {
  t.throws(() => settingsOf({ ipvs: { scheduler: "random" } }), {
    message: /ipvs\.scheduler random: must be one of rr, wrr/,
  });
});
