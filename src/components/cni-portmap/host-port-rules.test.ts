import test from "ava";
import { cidr } from "../../net/cidr.ts";
import { type MappedPod, renderHooks, renderHostPorts } from "./host-port-rules.ts";

/** As a container runtime once named one: the plugin, version 1.1.1, made the chain's name of it. */
const containerId = "8368b4e150fffa49bcced798da9b35668fee7cd30220288a0ab7c4364dd1be1a";
const chain = "CNI-DN-91ef4f204a5ac51151124";
const comment = `--comment "dnat name: \\"lab\\" id: \\"${containerId}\\""`;

const pod: MappedPod = {
  networkName: "lab",
  containerId,
  address: cidr("10.244.1.2/24"),
  mappings: [
    { hostPort: 8080, containerPort: 80, protocol: "tcp" },
    { hostPort: 53, containerPort: 53, protocol: "udp" },
  ],
};

const rulesOf = (...pods: readonly MappedPod[]): readonly string[] =>
  renderHostPorts(pods)
    .split("\n")
    .filter((line) => line.startsWith("-A"));

test("a pod's ports are a chain of its own, behind one of all pods, as the plugin has them", (t) => {
  t.deepEqual(renderHostPorts([pod]).split("\n"), [
    "*nat",
    ":CNI-HOSTPORT-DNAT - [0:0]",
    `:${chain} - [0:0]`,
    `-A CNI-HOSTPORT-DNAT -p tcp -m comment ${comment} -m multiport --dports 8080 -j ${chain}`,
    `-A CNI-HOSTPORT-DNAT -p udp -m comment ${comment} -m multiport --dports 53 -j ${chain}`,
    `-A ${chain} -s 10.244.1.0/24 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK`,
    `-A ${chain} -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK`,
    `-A ${chain} -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.1.2:80`,
    `-A ${chain} -s 10.244.1.0/24 -p udp -m udp --dport 53 -j CNI-HOSTPORT-SETMARK`,
    `-A ${chain} -s 127.0.0.1/32 -p udp -m udp --dport 53 -j CNI-HOSTPORT-SETMARK`,
    `-A ${chain} -p udp -m udp --dport 53 -j DNAT --to-destination 10.244.1.2:53`,
    "COMMIT",
    "",
  ]);
});

test("a port of one address of the node is that address's alone", (t) => {
  const [mapping] = pod.mappings;
  if (mapping === undefined) return t.fail();
  const rules = rulesOf({ ...pod, mappings: [{ ...mapping, hostIP: "192.168.0.12" }] });
  t.is(
    rules.at(-1),
    `-A ${chain} -p tcp -m tcp --dport 8080 -d 192.168.0.12 -j DNAT --to-destination 10.244.1.2:80`,
  );
  t.deepEqual(
    rulesOf({ ...pod, mappings: [{ ...mapping, hostIP: "0.0.0.0" }] }),
    rulesOf({ ...pod, mappings: [mapping] }),
  );
});

test("IPv6 has no loopback that could be routed, and brackets", (t) => {
  const rules = rulesOf({
    ...pod,
    address: cidr("fd00::2/64"),
    mappings: pod.mappings.slice(0, 1),
  });
  t.deepEqual(rules.slice(1), [
    `-A ${chain} -s fd00::/64 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK`,
    `-A ${chain} -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80`,
  ]);
});

test("a mapping of an address of the other family makes no rule for the pod's own", (t) => {
  const [mapping] = pod.mappings;
  if (mapping === undefined) return t.fail();
  const rules = rulesOf({ ...pod, mappings: [{ ...mapping, hostIP: "fd00::12" }] });
  t.is(rules.filter((rule) => rule.startsWith(`-A ${chain}`)).length, 0);
});

test("more than fifteen ports are several rules: multiport takes no more", (t) => {
  const mappings = Array.from({ length: 31 }, (_, index) => ({
    hostPort: 8000 + index,
    containerPort: 80,
    protocol: "tcp",
  }));
  const entries = rulesOf({ ...pod, mappings }).filter((rule) => rule.includes("multiport"));
  const counts = entries.map((rule) => /--dports (\S+)/.exec(rule)?.[1]?.split(",").length);
  t.deepEqual(counts, [15, 15, 1]);
});

test("the chain of a pod that is gone is deleted, after nothing leads there any more", (t) => {
  const lines = renderHostPorts([], [pod]).split("\n");
  t.deepEqual(lines, [
    "*nat",
    ":CNI-HOSTPORT-DNAT - [0:0]",
    `:${chain} - [0:0]`,
    `-X ${chain}`,
    "COMMIT",
    "",
  ]);
});

test("what is marked is masqueraded before the pod network decides about it", (t) => {
  t.true(renderHooks().includes("-I POSTROUTING "));
});
