import test from "ava";
import fc from "fast-check";
import { cidr, formatCidr } from "../net/cidr.ts";
import { type Loaded, type LoadOptions, loadLab, loadTopology } from "./load.ts";
import { InvalidTopologyError } from "./source/problem.ts";
import { renderProblems } from "./source/render-problem.ts";
import { formatWhere } from "./where/format-where.ts";

type Files = Readonly<Record<string, string>>;

/** The first file is the one named; folders are the files' prefixes. */
function load(
  files: Files,
  named: readonly string[] = Object.keys(files).slice(0, 1),
  options: LoadOptions = {},
): Loaded {
  return loadTopology(named, {
    ...options,
    readFile: (file) => {
      const text = files[file];
      if (text !== undefined) return text;
      throw Object.assign(new Error(file), { code: "ENOENT" });
    },
    readFolder: (folder) => {
      const prefix = `${folder.replace(/\/$/, "")}/`;
      const inside = Object.keys(files).filter((file) => file.startsWith(prefix));
      return inside.length === 0 ? undefined : inside.map((file) => file.slice(prefix.length));
    },
  });
}

const head = (kind: string, name: string): string =>
  `apiVersion: podwire.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

const oneNode = `${head("Topology", "lab")}spec: {nodes: [{name: node01}]}\n`;

const workload = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: vote}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: ${name}, image: "${name}:alpine"}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: vote}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
`;

test("a dual-stack cluster has a block and an address of each family, told from one another", (t) => {
  const { topology } = load({
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: node01}, {name: node02, addresses: [192.168.0.20, "fd00:192:168::beef"]}]
  hosts: [{name: web, address: 203.0.113.10/24}]
  network: {podCIDRs: [10.32.0.0/12, "fd00:32::/56"]}
`,
  });
  t.deepEqual(topology?.network.ipFamilies, ["ipv4", "ipv6"]);
  t.deepEqual(topology?.services.cidrs.map(formatCidr), ["10.96.0.0/16", "fd00:10:96::/112"]);
  t.deepEqual(
    topology?.nodes.map(({ addresses, podCIDRs }) => [...addresses, ...podCIDRs.map(formatCidr)]),
    [
      ["192.168.0.11", "fd00:192:168::11", "10.32.0.0/24", "fd00:32::/64"],
      ["192.168.0.20", "fd00:192:168::beef", "10.32.1.0/24", "fd00:32:0:1::/64"],
    ] as never,
  );
  t.deepEqual(topology?.hosts[0]?.addresses, ["203.0.113.10", "fd00:203:0:113::10"] as never);
  t.deepEqual(topology?.underlay.subnets.map(({ gateways }) => gateways) as unknown, [
    ["192.168.0.1", "fd00:192:168::1"],
    ["203.0.113.1", "fd00:203:0:113::1"],
  ]);
  t.is(topology?.dns.address, "10.96.0.10" as never);
});

test("manifests are read relative to the file that names them, or by an absolute path", (t) => {
  const { objects } = load({
    "labs/lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: node01}]
  manifests: [redis.yaml, /apps/db.yaml]
`,
    "labs/redis.yaml": workload("redis"),
    "/apps/db.yaml": workload("db"),
  });
  const names = objects
    .filter(({ kind }) => kind === "Deployment")
    .map((each) => each.metadata.name);
  t.deepEqual(names, ["redis", "db"]);
});

/** The example that the language was designed by. */
const sketch = `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: voting-app}
spec:
  nodes:
    - {name: master, roles: [control-plane], address: 192.168.0.14}
    - {name: node01, address: 192.168.0.16, labels: {topology.kubernetes.io/zone: a}}
    - {name: node02, address: 192.168.0.18}
  hosts:                                   # machines outside the cluster
    - {name: laptop, address: 192.168.0.100}
    - {name: web, address: 203.0.113.10/24, listen: [tcp/80, udp/53]}
  underlay: {cidr: 192.168.0.0/24, mtu: 1500}
  network:
    podCIDR: 10.32.0.0/12
    plugin: weave
  services:
    cidr: 10.96.0.0/12
    nodePortRange: 30000-32767
    proxy: {mode: iptables}
  dns: {clusterDomain: cluster.local, address: 10.96.0.10}
  manifests: [voting-app/]
  images:
    "redis:alpine": {command: [redis-server, --protected-mode, "no"]}
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: a ClusterIP never appears on the wire between nodes}
spec:
  steps:
    - capture: [deploy/vote/vote, node/node01, node/node02]
    - probe: {from: deploy/vote/vote, tcp: "redis.vote:6379"}
      expect: {ok: true, serverSaw: {source: "\${deploy/vote/vote}"}}
    - packets: {at: node/node01, where: "ip.dst == \${svc/vote/redis}", expect: none}
    - packets: {at: node/node01, where: "vxlan && ip.dst == \${deploy/vote/redis}", expect: some}
    - scale: {deployment: vote/vote, replicas: 4}
    - wait: {endpoints: vote/vote, count: 4, within: 5s}
`;

const sketchFiles: Files = {
  "lab.yaml": sketch,
  "voting-app/redis.yaml": workload("redis"),
  "voting-app/vote.yaml": workload("vote"),
  "voting-app/NOTICE": "not YAML: {",
};

test("the example of the design loads, with every default filled", (t) => {
  const { topology, problems } = load(sketchFiles);
  t.deepEqual(problems, []);
  if (topology === undefined) return t.fail();
  const [master, node01] = topology.nodes;
  t.deepEqual(master?.taints, [
    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
  ]);
  t.deepEqual(
    topology.nodes.map(({ podCIDR }) => formatCidr(podCIDR)),
    ["10.32.0.0/24", "10.32.1.0/24", "10.32.2.0/24"],
  );
  t.is(node01?.labels["topology.kubernetes.io/zone"], "a");
  t.is(node01?.labels["kubernetes.io/hostname"], "node01");
  t.deepEqual(
    topology.hosts.map(({ name, subnet, listen }) => ({ name, subnet, listen })),
    [
      { name: "laptop", subnet: "underlay", listen: [] },
      {
        name: "web",
        subnet: "outside",
        listen: [
          { protocol: "TCP", port: 80 },
          { protocol: "UDP", port: 53 },
        ],
      },
    ],
  );
  t.deepEqual(
    topology.underlay.routers.map(({ name, interfaces }) => ({ name, interfaces })) as unknown,
    [
      {
        name: "router",
        interfaces: [
          { subnet: "underlay", address: "192.168.0.1", addresses: ["192.168.0.1"] },
          { subnet: "outside", address: "203.0.113.1", addresses: ["203.0.113.1"] },
        ],
      },
    ],
  );
  t.deepEqual(topology.network.plugin, { type: "weave", mode: "fastdp", mtu: undefined });
  t.deepEqual(topology.services.proxy.clusterCIDRs, [cidr("10.32.0.0/12")]);
  t.deepEqual(
    topology.images.map(({ image, command }) => ({ image, command })),
    [{ image: "redis:alpine", command: ["redis-server", "--protected-mode", "no"] }],
  );
});

test("the example's scenario is the steps of the design", (t) => {
  const [scenario] = load(sketchFiles).scenarios;
  t.deepEqual(
    scenario?.steps.map(({ title, location }) => `${location.line}: ${title}`),
    [
      "30: capture deploy/vote/vote, node/node01, node/node02",
      "31: deploy/vote/vote: tcp redis.vote:6379",
      `33: no packets at node/node01: ip.dst == \${svc/vote/redis}`,
      `34: some packets at node/node01: vxlan && ip.dst == \${deploy/vote/redis}`,
      "35: scale deploy/vote/vote to 4",
      "36: wait: svc/vote/vote has 4 endpoints",
    ],
  );
  const probe = scenario?.steps[1];
  if (probe?.type !== "probe") return t.fail();
  t.is(probe.expectLocation.line, 32);
  const [source] = probe.expect.serverSaw?.source?.anyOf ?? [];
  t.is(source && formatWhere(source.where), "deploy/vote/vote");
});

test("namespaces that nobody defines are created, before what is in them", (t) => {
  const { objects } = load(sketchFiles);
  t.deepEqual(
    objects.map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace ?? "-"} ${name}`),
    [
      "Namespace - vote",
      "Deployment vote redis",
      "Service vote redis",
      "Deployment vote vote",
      "Service vote vote",
    ],
  );
});

test("the mistakes of all files are told together, in the order of the files", (t) => {
  const files = {
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes:
    - {name: node01, address: 192.168.0.300}
    - {name: node02, podCidr: 10.244.2.0/24}
  network: {plugin: brigde}
`,
    "scenarios.yaml": `${head("Scenario", "it works")}spec:
  steps:
    - probe: {from: node/node3, ping: node/node01}
    - wiat: {endpoints: vote/vote}
`,
  };
  const { topology, problems } = load(files, ["lab.yaml", "scenarios.yaml"]);
  t.is(topology, undefined);
  t.is(
    renderProblems(problems),
    `lab.yaml:6:31: address 192.168.0.300: 300 is more than 255
    - {name: node01, address: 192.168.0.300}
                              ^~~~~~~~~~~~~
  hint: write a number between 0 and 255

lab.yaml:7:22: nodes[1]: unknown field \`podCidr\`
    - {name: node02, podCidr: 10.244.2.0/24}
                     ^~~~~~~
  hint: did you mean \`podCIDR\`?

lab.yaml:8:21: plugin brigde: must be one of bridge, flannel, weave, calico, exec
  network: {plugin: brigde}
                    ^~~~~~
  hint: did you mean \`bridge\`?

scenarios.yaml:6:21: no node is named \`node3\`
    - probe: {from: node/node3, ping: node/node01}
                    ^~~~~~~~~~
  hint: did you mean \`node/node01\`?

scenarios.yaml:7:7: unknown step \`wiat\`
    - wiat: {endpoints: vote/vote}
      ^~~~
  hint: did you mean \`wait\`?`,
  );
});

test("what is asked for a lab is a lab, or an error with every mistake", (t) => {
  const readFile = (): string => "kind: Topology\n";
  const error = t.throws(() => loadLab(["lab.yaml"], { readFile }), {
    instanceOf: InvalidTopologyError,
  });
  t.is(error?.exitCode, 2);
  t.deepEqual(
    error?.problems.map(({ message }) => message),
    ["missing field `apiVersion`", "missing field `spec`", "missing field `metadata`"],
  );
  t.is(loadLab(["lab.yaml"], { readFile: () => oneNode }).topology.name, "lab");
});

test("nodes without an address get the next free one", (t) => {
  const spec = `spec:
  nodes: [{name: a}, {name: b, address: 192.168.0.12}, {name: c}]
  hosts: [{name: h, address: 192.168.0.11}]
`;
  const { topology } = load({ "lab.yaml": head("Topology", "lab") + spec });
  const addresses = topology?.nodes.map(({ address }) => String(address));
  t.deepEqual(addresses, ["192.168.0.13", "192.168.0.12", "192.168.0.14"]);
});

test("racks: subnets, routers with addresses in them, and cables between routers", (t) => {
  const spec = `spec:
  nodes: [{name: a, address: 10.1.0.11}, {name: b, address: 10.2.0.11}]
  underlay:
    subnets: [{name: rack1, cidr: 10.1.0.0/24}, {name: rack2, cidr: 10.2.0.0/24}]
    routers:
      - {name: tor1, asNumber: 64601, addresses: {rack1: 10.1.0.1}}
      - {name: tor2, asNumber: 64602, addresses: {rack2: 10.2.0.1}}
    links: [{between: [tor1, tor2], cidr: 10.255.0.0/31}]
`;
  const { topology, problems } = load({ "lab.yaml": head("Topology", "lab") + spec });
  t.deepEqual(problems, []);
  t.deepEqual(
    topology?.nodes.map(({ subnet }) => subnet),
    ["rack1", "rack2"],
  );
  t.deepEqual(
    topology?.underlay.subnets.map(({ name, gateway }) => `${name} ${gateway ?? "-"}`),
    ["rack1 10.1.0.1", "rack2 10.2.0.1", "tor1-tor2 -"],
  );
  t.deepEqual(topology?.underlay.routers.map(({ interfaces }) => interfaces) as unknown, [
    [
      { subnet: "rack1", address: "10.1.0.1", addresses: ["10.1.0.1"] },
      { subnet: "tor1-tor2", address: "10.255.0.0", addresses: ["10.255.0.0"] },
    ],
    [
      { subnet: "rack2", address: "10.2.0.1", addresses: ["10.2.0.1"] },
      { subnet: "tor1-tor2", address: "10.255.0.1", addresses: ["10.255.0.1"] },
    ],
  ]);
});

test("an entry of manifests may name the namespace, as kubectl apply -n does", (t) => {
  const { objects, problems } = load({
    "labs/lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: node01}]
  manifests: [{path: pod.yaml, namespace: vote}]
`,
    "labs/pod.yaml":
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: c}]}\n",
  });
  t.deepEqual(problems, []);
  t.deepEqual(
    objects.map(({ metadata }) => metadata.namespace ?? metadata.name),
    ["vote", "vote"],
  );
});

test("an object of another namespace than its entry names is refused, as kubectl refuses it", (t) => {
  const { problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: node01}]
  manifests: [{path: cm.yaml, namespace: vote}]
`,
    "cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p, namespace: other}\n",
  });
  t.deepEqual(
    problems.map(({ location: { file, line, column } }) => `${file}:${line}:${column}`),
    ["cm.yaml:3:32"],
  );
});

test("lists are their items, and a fault in one is at its place", (t) => {
  const { objects, problems } = load({
    "lab.yaml": `${oneNode}---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: B}}
---
apiVersion: v1
kind: ConfigMapList
items:
  - {metadata: {name: c}}
`,
  });
  t.deepEqual(
    objects.map(({ metadata: { name } }) => name),
    ["a", "c"],
  );
  t.deepEqual(
    problems.map(({ location: { line, column } }) => [line, column]),
    [[10, 56]],
  );
});

test("JSON manifests are read, and faults found in them", (t) => {
  const { problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec: {nodes: [{name: a}], manifests: [svc.json]}\n`,
    "svc.json":
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":0}]}}',
  });
  t.deepEqual(
    problems.map(({ location: { file, column } }) => [file, column]),
    [["svc.json", 86]],
  );
});

test("a KubeProxyConfiguration beside the topology is the proxy's", (t) => {
  const { topology, problems } = load({
    "lab.yaml": `${oneNode}---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: 0.0.0.0
mode: ipvs
clusterCIDR: ""
iptables: {masqueradeAll: true, masqueradeBit: null, syncPeriod: 0s}
ipvs: {scheduler: lc, excludeCIDRs: null, strictARP: true}
`,
  });
  t.deepEqual(problems, []);
  const { proxy } = topology?.services ?? {};
  t.like(proxy, { mode: "ipvs", masqueradeAll: true, masqueradeBit: 14, syncPeriodMs: 30_000 });
  t.like(proxy?.ipvs, { scheduler: "lc", strictARP: true });
});

test("a KubeProxyConfiguration as kubeadm writes it for two families is understood", (t) => {
  const { topology, problems } = load({
    "lab.yaml": `${oneNode}---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16,fd00:10:244::/56
conntrack: {maxPerCore: null, min: null, tcpBeLiberal: true, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: 2h, udpStreamTimeout: 0s, udpTimeout: 10s}
detectLocal: {bridgeInterface: "", interfaceNamePrefix: ""}
featureGates: {LoadBalancerIPMode: false}
iptables: {localhostNodePorts: null, masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s}
`,
  });
  t.deepEqual(problems, []);
  const { proxy } = topology?.services ?? {};
  t.deepEqual(proxy?.clusterCIDRs, [cidr("10.244.0.0/16"), cidr("fd00:10:244::/56")]);
  t.deepEqual(proxy?.conntrack, {
    tcpEstablishedTimeoutMs: 7_200_000,
    tcpCloseWaitTimeoutMs: 3_600_000,
    tcpBeLiberal: true,
    udpTimeoutMs: 10_000,
    udpStreamTimeoutMs: 0,
  });
  t.deepEqual(proxy?.featureGates, { LoadBalancerIPMode: false });
});

test("a KubeProxyConfiguration among the manifests is the proxy's too", (t) => {
  const { topology, problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec: {nodes: [{name: a}], manifests: [proxy.yaml]}\n`,
    "proxy.yaml":
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n",
  });
  t.deepEqual(problems, []);
  t.is(topology?.services.proxy.mode, "nftables");
});

for (const { title, mode, chosen, warns } of [
  { title: "that does not count is warned of", mode: "ipvs", chosen: "nftables", warns: true },
  { title: "that was chosen as well is all right", mode: "ipvs", chosen: "ipvs", warns: false },
  { title: "that is empty says nothing", mode: '""', chosen: "nftables", warns: false },
  { title: "counts where nobody chooses", mode: "ipvs", chosen: undefined, warns: false },
] as const) {
  test(`a KubeProxyConfiguration's mode ${title}`, (t) => {
    const { problems } = load(
      {
        "lab.yaml": `${head("Topology", "lab")}spec: {nodes: [{name: a}], manifests: [proxy.yaml]}\n`,
        "proxy.yaml": `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\n`,
      },
      ["lab.yaml"],
      { proxyMode: chosen },
    );
    t.deepEqual(
      problems.map(({ severity, message, location: { file, line, column } }) => [
        severity,
        `${file}:${line}:${column}`,
        message,
      ]),
      warns
        ? [
            [
              "warning",
              "proxy.yaml:3:7",
              "mode ipvs: does not count: nftables was chosen in its place",
            ],
          ]
        : [],
    );
  });
}

test("two configurations of kube-proxy are one too many", (t) => {
  const { problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: a}]
  services: {proxy: {mode: ipvs}}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
`,
  });
  t.deepEqual(
    problems.map(({ message }) => message),
    ["KubeProxyConfiguration: services.proxy configures kube-proxy already"],
  );
});

test("manifests alone are read when no topology is asked for", (t) => {
  const { objects, problems, proxy } = loadTopology(["svc.yaml"], {
    topology: "optional",
    readFile: () =>
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n",
  });
  t.deepEqual(problems, []);
  t.is(objects.length, 1);
  t.is(proxy.mode, "iptables");
});

test("anchors, aliases and merge keys keep their places", (t) => {
  const { topology, problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes:
    - &first {name: a, labels: {rack: one}}
    - {<<: *first, name: b}
    - {<<: *first, name: c, labels: {rack: 2}}
`,
  });
  t.deepEqual(
    topology?.nodes.map(({ labels }) => labels["rack"]),
    ["one", "one", undefined],
  );
  t.deepEqual(
    problems.map(({ location: { line, column } }) => [line, column]),
    [[8, 44]],
  );
});

test("what a step applies may be spoken of, and has the API's defaults", (t) => {
  const { scenarios, problems } = load({
    "lab.yaml": `${oneNode}---
${head("Scenario", "it works")}spec:
  steps:
    - apply: {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}
    - apply: extra/
    - wait: {endpoints: a}
    - wait: {ready: deploy/vote/extra}
    - delete: svc/a
`,
    "extra/extra.yaml": workload("extra"),
  });
  t.deepEqual(problems, []);
  const [apply, folder] = scenarios[0]?.steps ?? [];
  if (apply?.type !== "apply" || folder?.type !== "apply") return t.fail();
  const [service] = apply.objects;
  t.is(service?.kind === "Service" && service.spec.ports?.[0]?.protocol, "TCP");
  t.is(folder.objects.length, 2);
});

test("scenarios of one name are told apart by nobody", (t) => {
  const scenario = `---\n${head("Scenario", "twice")}spec: {steps: [{capture: node/node01}]}\n`;
  const { problems } = load({ "lab.yaml": `${oneNode}${scenario}${scenario}` });
  t.deepEqual(
    problems.map(({ code, location: { line } }) => [code, line]),
    [["TOPOLOGY_DUPLICATE_NAME", 13]],
  );
});

test("steps inside of steps are checked as others are", (t) => {
  const { scenarios, problems } = load({
    "lab.yaml": `${oneNode}---
${head("Scenario", "it works")}spec:
  steps:
    - during:
        steps: [{parallel: [{capture: node/node01}, {kill: pod/x/y}]}]
        probe: {from: node/node01, ping: node/node01}
        every: 5ms
      expect: {answered: {atLeast: 3}, latency: {atMost: 1s}}
`,
  });
  t.deepEqual(
    problems.map(({ message, location: { path } }) => [path, message]),
    [["spec.steps[0].during.steps[0].parallel[1].kill", "no pod is named `x/y`"]],
  );
  const [during] = scenarios[0]?.steps ?? [];
  if (during?.type !== "during") return t.fail();
  t.is(during.everyMs, 5);
  t.deepEqual(during.expect.answered, { atLeast: 3, atMost: undefined });
  t.deepEqual(during.expect.latencyMs, { atLeast: undefined, atMost: 1000 });
});

test("an object with a fault may be spoken of all the same", (t) => {
  const { problems } = load({
    "lab.yaml": `${oneNode}---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {ports: [{port: 0}]}
---
${head("Scenario", "it works")}spec: {steps: [{wait: {endpoints: a}}]}
`,
  });
  t.deepEqual(
    problems.map(({ code }) => code),
    ["TOPOLOGY_BAD_MANIFEST"],
  );
});

test("a cluster has the nodes of its topology and no others", (t) => {
  const { objects, problems } = load({
    "lab.yaml": `${oneNode}---\n{apiVersion: v1, kind: Node, metadata: {name: extra}}\n`,
  });
  t.deepEqual(objects, []);
  t.deepEqual(
    problems.map(({ severity, location: { line } }) => [severity, line]),
    [["skipped", 6]],
  );
});

test("any text is read without a throw", (t) => {
  const texts = [
    "",
    "---",
    "a: *b",
    "a: &a [*a]",
    "\u0000",
    "- - -",
    "{",
    "? x",
    "<<: 1",
    "%YAML 9",
  ];
  for (const text of texts) {
    t.notThrows(() => load({ "lab.yaml": text }), JSON.stringify(text));
    t.notThrows(() => load({ "lab.yaml": `${head("Topology", "x")}spec: ${text}` }), text);
    t.notThrows(() => load({ "lab.yaml": `${oneNode}---\n${head("Scenario", "x")}spec: ${text}` }));
  }
});

const tight = [
  {
    title: "a service CIDR without room for the Services",
    spec: "services: {cidr: 10.96.0.0/29}\n  dns: {address: 10.96.0.3}",
    says: "service CIDR 10.96.0.0/29: has 6 addresses for 8 Services",
    more: Array.from({ length: 6 }, (_, index) => workload(`s${index}`)),
  },
  {
    title: "shares of the pod CIDR without room for the pods",
    spec: "network: {podCIDR: 10.244.0.0/28, nodeCIDRMaskSize: 29}",
    says: "pod CIDR: the nodes' shares have 5 addresses for 6 pods",
    more: Array.from({ length: 6 }, (_, index) => workload(`s${index}`)),
  },
];

for (const { title, spec, says, more } of tight) {
  test(`${title} is too small`, (t) => {
    const topology = `${head("Topology", "lab")}spec:\n  nodes: [{name: node01}]\n  ${spec}\n`;
    const { problems } = load({ "lab.yaml": [topology, ...more].join("---\n") });
    t.deepEqual(
      problems.map(({ code, message, location: { line } }) => [code, message, line]),
      [["TOPOLOGY_CIDR_TOO_SMALL", says, 6]],
    );
  });
}

test("a name is of no use where nobody resolves it", (t) => {
  const { problems } = load({
    "lab.yaml": `${head("Topology", "lab")}spec:
  nodes: [{name: node01}]
  dns: {enabled: false}
---
${head("Scenario", "it works")}spec: {steps: [{probe: {from: node/node01, ping: redis.vote}}]}
`,
  });
  t.deepEqual(
    problems.map(({ severity, code }) => [severity, code]),
    [["warning", "TOPOLOGY_SUSPECT"]],
  );
});

test("a fault in one document is not blamed on those that speak of it", (t) => {
  const scenario = `---
${head("Scenario", "it works")}spec: {steps: [{wait: {ready: deploy/vote/a}}]}
`;
  const rows = [
    workload("a").replace("kind: Deployment", "kind: Deploymnet"),
    workload("a").replace("apiVersion: apps/v1", "apiVersion: apps/v1beta1"),
    workload("a").replace("spec:", "spec: {"),
  ];
  for (const manifests of rows) {
    const { problems } = load({ "lab.yaml": `${oneNode}---\n${manifests}${scenario}` });
    const errors = problems.filter(({ severity }) => severity === "error");
    t.is(errors.length, 1, renderProblems(errors));
  }
});

test("whatever is cut out of a file or put into it, each problem points into the file", (t) => {
  const position = fc.nat(sketch.length);
  const inserted = fc.constantFrom(
    "{",
    "}",
    "[",
    ": ",
    "- ",
    "\n",
    "\t",
    "null",
    '"',
    "*a",
    "1",
    "",
  );
  fc.assert(
    fc.property(position, fc.nat(6), inserted, (start, length, text) => {
      const broken = sketch.slice(0, start) + text + sketch.slice(start + length);
      const { problems } = load({ ...sketchFiles, "lab.yaml": broken });
      const lines = broken.split("\n");
      return problems.every(
        ({ location: { file, line, column }, sourceLine }) =>
          file !== "lab.yaml" ||
          sourceLine === undefined ||
          (lines[line - 1] === sourceLine && column <= sourceLine.length + 1),
      );
    }),
    { seed: 1, numRuns: 150 },
  );
  t.pass();
});

const nodeProxies = `${head("Topology", "lab")}spec:
  nodes: [{name: a}, {name: b, proxy: {mode: nftables, iptables: {localhostNodePorts: false}}}]
`;
const clusterProxies = [
  {
    title: "the topology",
    text: `${nodeProxies}  services: {proxy: {nodePortAddresses: [10.0.0.0/8], iptables: {masqueradeAll: true}}}\n`,
  },
  {
    title: "a KubeProxyConfiguration",
    text: `${nodeProxies}---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
nodePortAddresses: [10.0.0.0/8]
iptables: {masqueradeAll: true}
`,
  },
];
for (const { title, text } of clusterProxies) {
  test(`a node may say otherwise what its kube-proxy does than ${title} says`, (t) => {
    const { topology, problems } = load({ "lab.yaml": text });
    t.deepEqual(problems, []);
    const [a, b] = topology?.nodes ?? [];
    t.like(a?.proxy, { mode: "iptables", masqueradeAll: true, localhostNodePorts: true });
    t.like(b?.proxy, { mode: "nftables", masqueradeAll: false, localhostNodePorts: false });
    t.deepEqual(b?.proxy.nodePortAddresses, [cidr("10.0.0.0/8")]);
  });
}

test("what is wrong on standard input is located there, in the order in which it was named", (t) => {
  const { problems } = load(
    { "-": `${oneNode}---\nkind: Topologie\n`, "a.yaml": "kind: Scenarios\n" },
    ["-", "a.yaml"],
  );
  const places = problems.map(({ location: { file, line } }) => `${file}:${line}`);
  t.is(places[0]?.replace(/:\d+$/, ""), "<stdin>");
  t.is(places.at(-1), "a.yaml:1");
  t.false(places.some((place) => place.startsWith("-")));
});
