/**
 * NetworkPolicies as Kubernetes' documentation prints them, and others that go to the edges of its text, tried by connections of every kind: from
 * pods, nodes and machines outside, straight and through Services.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import test from "ava";
import type { NetworkPolicy } from "../../src/api/objects/networking.ts";
import { until } from "../../src/base/until.ts";
import { type Lab, up } from "../../src/index.ts";
import { patience } from "../patience.ts";

interface Example {
  readonly title: string;
  readonly policies: readonly NetworkPolicy[];
  /** `from protocol to:port` */
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

const policy = (
  name: string,
  spec: NetworkPolicy["spec"],
  namespace = "default",
): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec,
});

const db = { matchLabels: { role: "db" } };
const client = { matchLabels: { role: "client" } };
const myproject = { matchLabels: { project: "myproject" } };
const tcp = (port: number | string, endPort?: number) => ({
  protocol: "TCP" as const,
  port,
  ...(endPort !== undefined && { endPort }),
});

const examples: readonly Example[] = [
  {
    title: "the documentation's first example",
    policies: [
      policy("test-network-policy", {
        podSelector: db,
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } },
              { namespaceSelector: myproject },
              { podSelector: { matchLabels: { role: "frontend" } } },
            ],
            ports: [tcp(6379)],
          },
        ],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [tcp(5978)] }],
      }),
    ],
    allowed: [
      "pod/frontend tcp pod/db:6379",
      "pod/myproject/client tcp pod/db:6379",
      "pod/myproject/worker tcp svc/default/db:80",
      // From within the block: the Service keeps its source.
      "host/office tcp node/node01:30379",
      // Its own node always reaches it, and it that node.
      "node/node01 tcp pod/db:6379",
      "node/node01 tcp svc/default/db:80",
      "pod/db tcp node/node01:10256",
      "pod/db tcp host/store:5978",
      // A pod always reaches itself.
      "pod/db tcp pod/db:6379",
      "pod/db tcp svc/default/db:80",
      // Of the others nothing is said.
      "pod/other/client tcp pod/stranger:80",
    ],
    denied: [
      "pod/frontend tcp pod/db:5978",
      "pod/frontend udp pod/db:7",
      "pod/stranger tcp pod/db:6379",
      "pod/stranger tcp svc/default/db:80",
      "pod/other/client tcp pod/db:6379",
      // The exception of the block.
      "host/guest-wifi tcp node/node01:30379",
      // Through another node the source is that node, of which no policy speaks.
      "host/office tcp node/node02:30380",
      "node/node02 tcp pod/db:6379",
      "pod/db tcp host/store:5979",
      "pod/db tcp node/node02:10256",
      "pod/db tcp pod/stranger:80",
    ],
  },
  {
    title: "endPort, the documentation's multi-port-egress",
    policies: [
      policy("multi-port-egress", {
        podSelector: db,
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [tcp(32_000, 32_768)] }],
      }),
    ],
    allowed: [
      "pod/db tcp host/store:32000",
      "pod/db tcp host/store:32005",
      "pod/db tcp host/store:32768",
      "pod/frontend tcp pod/db:6379",
    ],
    denied: ["pod/db tcp host/store:31999", "pod/db udp host/store:32005"],
  },
  {
    title: "two selectors in one peer must both hold",
    policies: [
      policy("both", {
        podSelector: db,
        ingress: [{ from: [{ namespaceSelector: myproject, podSelector: client }] }],
      }),
    ],
    allowed: ["pod/myproject/client tcp pod/db:6379", "pod/myproject/client udp pod/db:7"],
    denied: [
      "pod/myproject/worker tcp pod/db:6379",
      "pod/other/client tcp pod/db:6379",
      "pod/frontend tcp pod/db:6379",
    ],
  },
  {
    title:
      "in two peers one of them is enough, and a podSelector alone means the policy's own namespace",
    policies: [
      policy("either", {
        podSelector: db,
        ingress: [{ from: [{ namespaceSelector: myproject }, { podSelector: client }] }],
      }),
    ],
    allowed: ["pod/myproject/worker tcp pod/db:6379"],
    denied: ["pod/other/client tcp pod/db:6379", "pod/frontend tcp pod/db:6379"],
  },
  {
    title: "an empty list of rules allows nothing, an empty rule everything, and they add up",
    policies: [
      policy("nothing", { podSelector: {}, ingress: [], policyTypes: ["Ingress"] }),
      policy("everything", { podSelector: db, ingress: [{ from: [], ports: [] }] }),
    ],
    allowed: ["pod/other/client tcp pod/db:6379", "pod/stranger udp pod/db:7"],
    denied: ["pod/other/client tcp pod/stranger:80", "node/node02 tcp pod/stranger:80"],
  },
  {
    title: "a Service's port is not what a policy speaks of: its pods' is",
    policies: [
      policy("to-redis", {
        podSelector: { matchLabels: { role: "stranger" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: db }], ports: [tcp("redis")] }],
      }),
      policy("to-80", {
        podSelector: { matchLabels: { role: "frontend" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: db }], ports: [tcp(80)] }],
      }),
    ],
    allowed: ["pod/stranger tcp pod/db:6379", "pod/stranger tcp svc/default/db:80"],
    denied: [
      "pod/stranger tcp pod/db:5978",
      "pod/stranger udp pod/db:7",
      "pod/frontend tcp svc/default/db:80",
    ],
  },
  {
    title: "a port without a number is every port of its protocol; another protocol is none of it",
    policies: [
      policy("any-udp", { podSelector: db, ingress: [{ ports: [{ protocol: "UDP" }] }] }),
      policy("sctp", {
        podSelector: { matchLabels: { role: "frontend" } },
        ingress: [{ ports: [{ protocol: "SCTP", port: 80 }] }],
      }),
    ],
    allowed: ["pod/stranger udp pod/db:7"],
    denied: ["pod/stranger tcp pod/db:6379", "pod/stranger tcp pod/frontend:80"],
  },
  {
    title: "everybody but one half of all addresses",
    policies: [
      policy("halves", {
        podSelector: db,
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["0.0.0.0/1"] } }] }],
      }),
      policy("block-of-a-host", {
        podSelector: { matchLabels: { role: "frontend" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.10/32" } }] }],
      }),
    ],
    allowed: ["pod/db tcp node/node02:10256", "pod/frontend tcp host/store:5978"],
    denied: ["pod/db tcp host/store:5978", "pod/frontend tcp pod/db:6379"],
  },
  {
    title: "expressions over labels",
    policies: [
      policy("not-strangers", {
        podSelector: { matchExpressions: [{ key: "role", operator: "In", values: ["db"] }] },
        ingress: [
          {
            from: [
              {
                namespaceSelector: {
                  matchExpressions: [{ key: "project", operator: "DoesNotExist" }],
                },
                podSelector: {
                  matchExpressions: [{ key: "role", operator: "NotIn", values: ["stranger"] }],
                },
              },
            ],
          },
        ],
      }),
    ],
    allowed: ["pod/frontend tcp pod/db:6379", "pod/other/client tcp pod/db:6379"],
    denied: ["pod/stranger tcp pod/db:6379", "pod/myproject/client tcp pod/db:6379"],
  },
  {
    title: "who may only ask for names does that, and nothing else",
    policies: [
      policy("names-only", {
        podSelector: { matchLabels: { role: "stranger" } },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              {
                namespaceSelector: {
                  matchLabels: { "kubernetes.io/metadata.name": "kube-system" },
                },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
          },
        ],
      }),
    ],
    allowed: ["pod/stranger dns db.default.svc.cluster.local"],
    denied: ["pod/stranger tcp db:80", "pod/stranger tcp pod/frontend:80"],
  },
];

for (const network of ["bridge", "calico/bgp", "weave"] as const) {
  for (const proxyMode of ["iptables", "nftables"] as const) {
    if (network === "weave" && proxyMode === "nftables") continue;
    test.serial(
      `policies hold over ${network} beside kube-proxy's ${proxyMode} mode`,
      async (t) => {
        await using lab = await up("test/labs/fixtures/policy-examples.yaml", {
          network,
          proxyMode,
        });
        for (const { title, policies, allowed, denied } of examples) {
          await lab.apply(...policies);
          await lab.settled();
          const verdicts = await Promise.all([
            ...allowed.map(
              async (flow) => `${(await passes(lab, flow)) ? "allowed" : "DENIED"}: ${flow}`,
            ),
            ...denied.map(
              async (flow) => `${(await passes(lab, flow)) ? "ALLOWED" : "denied"}: ${flow}`,
            ),
          ]);
          const wanted = [
            ...allowed.map((flow) => `allowed: ${flow}`),
            ...denied.map((flow) => `denied: ${flow}`),
          ];
          t.deepEqual(verdicts, wanted, title);
          for (const { metadata } of policies) await lab.delete("NetworkPolicy", metadata);
          await lab.settled();
        }
      },
    );
  }
}

test.serial("a pod that a policy selects is isolated before its program starts", async (t) => {
  await using lab = await up("test/labs/fixtures/policy-examples.yaml");
  const labels = { role: "eager" };
  const names = Array.from({ length: 12 }, (_, index) => `eager-${index}`);
  const pods = names.map((name, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels },
    spec: {
      nodeName: `node0${1 + (index % 2)}`,
      containers: [{ name: "it", image: "eager" }],
    },
  }));
  const saidBy = async (name: string): Promise<string | undefined> => {
    let said: string | undefined;
    await lab.logs({ of: `pod/${name}` }, (event) => {
      if ("text" in event) said = event.text.trim();
    });
    return said;
  };
  const said = async (): Promise<ReadonlySet<string>> => {
    const waiting = { intervalMs: 50, signal: patience(20_000) };
    return new Set(await Promise.all(names.map((name) => until(() => saidBy(name), waiting))));
  };
  await lab.apply(...pods);
  await lab.settled();
  t.deepEqual(await said(), new Set(["heard"]), "without a policy");
  for (const name of names) await lab.delete("Pod", { name, namespace: "default" });
  await lab.apply(
    policy("isolated", { podSelector: { matchLabels: labels }, policyTypes: ["Egress"] }),
  );
  await lab.settled();
  await lab.apply(...pods);
  await lab.settled();
  t.deepEqual(await said(), new Set(["unheard"]), "with one");
});

test.serial(
  "a node that joins again enforces what is so now, not what was so when it left",
  async (t) => {
    await using lab = await up("test/labs/fixtures/policy-examples.yaml", {
      network: "calico/bgp",
    });
    const isolated = policy("isolated", { podSelector: db });
    const onNode = { apiVersion: "v1", kind: "Node", metadata: { name: "node01" } };
    const again = {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "db", labels: { role: "db" } } },
      spec: {
        nodeName: "node01",
        containers: [{ name: "db", image: "db", ports: [{ containerPort: 6379 }] }],
      },
    };
    await lab.apply(isolated);
    await lab.settled();
    t.false(await passes(lab, "pod/frontend tcp pod/db:6379"));
    await lab.delete("Node", onNode.metadata);
    await lab.settled();
    await lab.delete("NetworkPolicy", isolated.metadata);
    await lab.apply(onNode);
    await lab.settled();
    await lab.apply(again);
    await lab.settled();
    t.true(await passes(lab, "pod/frontend tcp pod/db:6379"));
  },
);

async function passes(lab: Lab, flow: string): Promise<boolean> {
  const [from = "", kind = "", to = ""] = flow.split(" ");
  const { ok } = await lab.probe({
    ...{ kind: kind as "tcp" | "udp" | "dns", from, to },
    timeoutMs: 1_500,
  });
  return ok;
}
