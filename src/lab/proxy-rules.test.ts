import test from "ava";
import { InvalidTopologyError } from "../topology/source/problem.ts";
import { DrawingError } from "./paper/draw-files.ts";
import { RefusedManifestError } from "./paper/draw-manifest.ts";
import { type ProxyRulesOptions, proxyRules } from "./proxy-rules.ts";
import { paperFiles } from "./testing/paper-files.ts";

const files = paperFiles({
  "web.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`,
  "slices.json": JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "lb", namespace: "shop", uid: "1", resourceVersion: "7" },
        spec: {
          type: "LoadBalancer",
          clusterIP: "172.30.0.41",
          selector: { app: "lb" },
          ports: [{ port: 80, nodePort: 30080 }],
        },
        status: { loadBalancer: { ingress: [{ ip: "198.51.100.7" }] } },
      },
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          name: "lb-1",
          namespace: "shop",
          labels: { "kubernetes.io/service-name": "lb" },
        },
        addressType: "IPv4",
        ports: [{ name: "", port: 8080, protocol: "TCP" }],
        endpoints: [{ addresses: ["10.180.0.1"], nodeName: "worker" }],
      },
    ],
  }),
  "config.yaml": `
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.180.0.0/16
iptables: {masqueradeBit: 3}
`,
  "dual.json": JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "dual", namespace: "shop" },
        spec: {
          type: "NodePort",
          ipFamilyPolicy: "RequireDualStack",
          ipFamilies: ["IPv6", "IPv4"],
          clusterIP: "fd11::41",
          clusterIPs: ["fd11::41", "172.30.0.41"],
          ports: [{ port: 80, nodePort: 8080 }],
        },
      },
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          name: "dual-1",
          namespace: "shop",
          labels: { "kubernetes.io/service-name": "dual" },
        },
        addressType: "IPv6",
        ports: [{ name: "", port: 8080, protocol: "TCP" }],
        endpoints: [{ addresses: ["fd22::1"], nodeName: "worker" }],
      },
      {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: "worker" },
        spec: { podCIDR: "fd22::/64", podCIDRs: ["fd22::/64", "10.1.0.0/24"] },
        status: {
          addresses: [
            { type: "InternalIP", address: "fd33::5" },
            { type: "InternalIP", address: "10.9.9.5" },
          ],
        },
      },
    ],
  }),
  "matrix.yaml": `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: two}
spec:
  nodes: [{name: node01}, {name: node02}]
  matrix: {network: [bridge, calico/bgp], proxyMode: [nftables, iptables]}
`,
  "primary.yaml":
    "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\ndetectLocalMode: NodeCIDR\n",
  "two-node-ports.yaml": `
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {type: NodePort, selector: {app: b}, ports: [{port: 80, nodePort: 30080}]}
`,
  "low-node-port.yaml":
    "apiVersion: v1\nkind: Service\nmetadata: {name: low}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 80}]}\n",
  "empty.yaml": "",
  "wrong.yaml":
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0}]}\n",
});

const rulesOf = (names: readonly string[], options: ProxyRulesOptions = {}) =>
  proxyRules(names, { ...options, files });

test("pods of a Deployment are the endpoints, at addresses of their node's share", async (t) => {
  const { text, node } = await rulesOf(["web.yaml"], { node: "mine" });
  t.is(node, "mine");
  t.deepEqual(targetsIn(text), ["10.244.0.2:8080", "10.244.0.3:8080"]);
  t.true(text.includes("-d 10.96.0.20 --dport 80"));
});

test("slices that are written are used as they are, and so is what a cloud said of the Service", async (t) => {
  const { text, node } = await rulesOf(["slices.json"]);
  t.is(node, "worker");
  t.deepEqual(targetsIn(text), ["10.180.0.1:8080"]);
  t.true(text.includes("-d 172.30.0.41 --dport 80"));
  t.true(text.includes("-d 198.51.100.7 --dport 80"));
});

test("the API server's own Service belongs to a topology, not to manifests", async (t) => {
  t.false((await rulesOf(["web.yaml"])).text.includes("default/kubernetes"));
});

test("a configuration that is named goes before what the files say", async (t) => {
  const { text } = await rulesOf(["web.yaml"], { config: "config.yaml" });
  t.true(text.includes("! -s 10.180.0.0/16"));
  t.true(text.includes("--mark 0x00000008/0x00000008"));
});

test("a configuration among the documents counts", async (t) => {
  t.true((await rulesOf(["web.yaml", "config.yaml"])).text.includes("! -s 10.180.0.0/16"));
});

test("a file without a configuration is none", async (t) => {
  const error = await t.throwsAsync(rulesOf(["web.yaml"], { config: "web.yaml" }), {
    instanceOf: InvalidTopologyError,
  });
  t.is(error?.problems[0]?.location.file, "web.yaml");
});

test("one run gives what the other gave", async (t) => {
  t.deepEqual(
    await rulesOf(["web.yaml", "slices.json"]),
    await rulesOf(["web.yaml", "slices.json"]),
  );
});

test("without its comment lines an annotated text is the plain one, and every rule has a sentence", async (t) => {
  const { annotated, text, rules } = await rulesOf(["web.yaml", "slices.json"]);
  const lines = annotated.split("\n").filter((line) => !line.startsWith("#"));
  t.is(lines.join("\n"), text);
  t.true(rules.length > 20);
  for (const { rule, explanation } of rules) t.not(explanation, undefined, rule);
});

test("mistakes come with their position", async (t) => {
  const error = await t.throwsAsync(rulesOf(["wrong.yaml"]), { instanceOf: InvalidTopologyError });
  const [problem] = error?.problems ?? [];
  t.is(problem?.location.file, "wrong.yaml");
  t.is(problem?.location.line, 4);
});

test("a Service of two families has rules of both, from whatever cluster it is", async (t) => {
  const ipv4 = await rulesOf(["dual.json", "primary.yaml"]);
  t.true(ipv4.text.includes("{ 172.30.0.41 . tcp . 80 comment"), "no endpoints of that family");
  t.true(ipv4.text.includes("add element ip kube-proxy nodeport-ips { 10.9.9.5 }"));
  const ipv6 = await rulesOf(["dual.json", "primary.yaml"], { family: "ipv6" });
  t.true(ipv6.text.includes("dnat to [fd22::1]:8080"));
  t.true(ipv6.text.includes("add element ip6 kube-proxy nodeport-ips { fd33::5 }"));
  t.true(ipv6.text.includes("ip6 daddr fd11::41 ip6 saddr != fd22::/64 jump mark"));
});

test("rules of IPv6 are there for the asking, with its own pods inside", async (t) => {
  const { text } = await rulesOf(["web.yaml"], { family: "ipv6" });
  t.true(text.includes(":KUBE-SERVICES"));
  t.false(text.includes("10.96.0.20"));
});

test("two Services that want one node port are a mistake of the second", async (t) => {
  const error = await t.throwsAsync(rulesOf(["two-node-ports.yaml"]), {
    instanceOf: InvalidTopologyError,
  });
  const errors = error?.problems.map(({ location, message }) => [location.line, message]);
  t.deepEqual(errors, [[10, "nodePort 30080: is taken by Service default/a"]]);
});

test("what an API server would refuse is said with its place", async (t) => {
  const error = await t.throwsAsync(rulesOf(["low-node-port.yaml"]), {
    instanceOf: RefusedManifestError,
    code: "DRAW_REFUSED",
  });
  t.regex(error?.message ?? "", /80: provided port is not in the valid range/);
  t.like(error?.location, { file: "low-node-port.yaml", line: 1, column: 1 });
  t.is(error?.exitCode, 2);
});

test("who brings no object, or a Service without pods, is told", async (t) => {
  const { problems, text } = await rulesOf(["empty.yaml"]);
  t.deepEqual(
    problems.map(({ severity, message }) => [severity, message]),
    [["warning", "no object in the files given"]],
  );
  t.true(text.includes(":KUBE-SERVICES"));
  t.deepEqual((await rulesOf(["web.yaml"])).problems, []);
  t.deepEqual((await rulesOf(["slices.json"])).problems, [], "slices stand for pods");
});

test("a node that nothing names is no node of a topology", async (t) => {
  const error = await t.throwsAsync(
    rulesOf(["topology.yaml"], {
      node: "node09",
    }),
    { instanceOf: DrawingError },
  );
  t.is(error?.code, "DRAW_NO_NODE");
  t.is(error?.hint, "the nodes are node01, node02");
});

const both = [
  { option: "--network", among: ["bridge", "calico/bgp"] },
  { option: "--proxy-mode", among: ["nftables", "iptables"] },
] as const;

for (const { title, options, mode, open } of [
  {
    title: "of each list the first is taken, and said to be",
    options: {},
    mode: "nftables",
    open: both,
  },
  {
    title: "what is chosen counts, and leaves the other list open",
    options: { mode: "iptables" },
    mode: "iptables",
    open: [both[0]],
  },
  {
    title: "where both are chosen, there is nothing to say",
    options: { mode: "nftables", network: "calico/bgp" },
    mode: "nftables",
    open: [],
  },
  {
    title: "a configuration that is named counts in place of the modes",
    options: { config: "config.yaml", network: "bridge" },
    mode: "iptables",
    open: [],
  },
] as const) {
  test(`a matrix: ${title}`, async (t) => {
    const rules = await rulesOf(["matrix.yaml", "web.yaml"], options);
    t.deepEqual(rules.problems, []);
    t.is(rules.mode, mode);
    t.deepEqual(rules.openChoices, open);
  });
}

test("a pod network that is chosen gives pods its addresses", async (t) => {
  const files = ["topology.yaml", "web.yaml"];
  const [bridge, calico] = await Promise.all([
    rulesOf(files),
    rulesOf(files, { network: "calico/bgp" }),
  ]);
  t.notDeepEqual(targetsIn(calico.text), targetsIn(bridge.text));
});

function targetsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/--to-destination (\S+)/g), ([, target = ""]) => target);
}
