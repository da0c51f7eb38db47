/**
 * Three namespaces x, y, z with three pods a, b, c each, all on one node. The tables say what the text of NetworkPolicy
 * v1 says of a packet; a walk through the rendered chains must say the same.
 */
import test from "ava";
import type { NetworkPolicy } from "../../api/objects/networking.ts";
import { felixPolicies } from "./felix-rules.ts";
import type { PolicyPod } from "./pod-view.ts";
import { type NodePolicies, nodePolicies, POLICY_CHAIN } from "./render-rules.ts";
import { nothingInstalled, planSync } from "./sync-plan.ts";

const namespaces = ["x", "y", "z"];
const pods: readonly PolicyPod[] = namespaces.flatMap((namespace, n) =>
  ["a", "b", "c"].map((name, p) => ({
    ...{ namespace, name, node: "node01", labels: { pod: name } },
    address: `10.244.${n}.${p + 1}`,
    // Each pod calls another port `web`.
    ports: [{ name: "web", protocol: "TCP", port: p === 0 ? 80 : 81 }],
  })),
);
const cluster = {
  pods,
  namespaceLabels: new Map(namespaces.map((ns) => [ns, { ns }])),
};

type Spec = NetworkPolicy["spec"];

function policy(namespace: string, name: string, spec: Spec): NetworkPolicy {
  const head = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" } as const;
  return { ...head, metadata: { namespace, name }, spec };
}

interface Packet {
  readonly from: PolicyPod;
  readonly to: PolicyPod;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

type Verdict = "RETURN" | "DROP" | "ACCEPT" | undefined;

/** Walks the rendered chains, as a packet between two pods' devices. */
class Walk {
  readonly #rules: NodePolicies;
  readonly #packet: Packet;
  #mark = 0;

  constructor(rules: NodePolicies, packet: Packet) {
    this.#rules = rules;
    this.#packet = packet;
  }

  passes(): boolean {
    for (const entry of this.#rules.entries) {
      const verdict = this.#chain(entry);
      if (verdict === "DROP") return false;
      if (verdict === "ACCEPT") return true;
    }
    return true;
  }

  #chain(chain: string): Verdict {
    for (const line of this.#rules.chains.get(chain) ?? []) {
      const verdict = this.#rule(line);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  #rule(line: string): Verdict {
    const words = line
      .replace(/ -m comment --comment "[^"]*"/, "")
      .replace(/ -m [\w]+/g, "")
      .split(" ")
      .slice(2);
    const end = words.findIndex((word) => word === "-j" || word === "-g");
    const [how, target = "", , xmark = ""] = words.slice(end);
    if (!this.#holds(words.slice(0, end))) return undefined;
    if (target === "RETURN" || target === "DROP" || target === "ACCEPT") return target;
    if (target === "MARK") {
      const [value = 0, mask = 0] = xmark.split("/").map(Number);
      this.#mark = (this.#mark & ~mask) ^ value;
      return undefined;
    }
    const verdict = this.#chain(target);
    if (verdict === "DROP" || verdict === "ACCEPT") return verdict;
    return how === "-g" ? "RETURN" : undefined;
  }

  /** Fails on a word that it does not know. */
  #holds(words: string[]): boolean {
    const { from, to, protocol, port } = this.#packet;
    while (words.length > 0) {
      const [option = "", value = ""] = words.splice(0, 2);
      // `--match-set` has a second word.
      const side = option === "--match-set" ? words.shift() : undefined;
      const holds: Readonly<Record<string, () => boolean>> = {
        "-s": () => value === `${from.address}/32`,
        "-d": () => value === `${to.address}/32`,
        "-i": () => value === deviceOf(from),
        "-o": () => value === deviceOf(to),
        "-p": () => value === protocol,
        "--dport": () => isPort(value, port),
        "--dports": () => isPort(value, port),
        "--mark": () => {
          const [wanted = 0, mask = 0] = value.split("/").map(Number);
          return (this.#mark & mask) === wanted;
        },
        "--match-set": () => {
          const set = this.#rules.sets.find(({ name }) => name === value)?.entries;
          if (side === "dst,dst")
            return set?.includes(`${to.address},${protocol}:${port}`) ?? false;
          return isIn(set, (side === "src" ? from : to).address);
        },
        // Every packet here is a connection's first.
        "--ctstate": () => false,
      };
      const check = holds[option];
      if (check === undefined) throw new Error(`the walk does not know ${option}`);
      if (!check()) return false;
    }
    return true;
  }
}

const deviceOf = ({ namespace, name }: Pick<PolicyPod, "namespace" | "name">): string =>
  `cali${namespace}${name}`;

function isPort(range: string, port: number): boolean {
  const [first = 0, last = first] = range.split(":").map(Number);
  return port >= first && port <= last;
}

function number(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function covers(block: string, address: string): number {
  const [base = "", bits = "32"] = block.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size) ? Number(bits) : -1;
}

/** As a `hash:net`: the most specific entry decides. */
function isIn(entries: readonly string[] | undefined, address: string): boolean {
  const matching = (entries ?? [])
    .map((entry) => ({ entry, bits: covers(entry.split(" ")[0] ?? "", address) }))
    .filter(({ bits }) => bits >= 0)
    .sort((a, b) => b.bits - a.bits);
  return matching[0] !== undefined && !matching[0].entry.endsWith("nomatch");
}

const node = { node: "node01", deny: "drop" } as const;

function rulesFor(policies: readonly NetworkPolicy[]): NodePolicies {
  return nodePolicies(node, policies, cluster);
}

function felixRulesFor(policies: readonly NetworkPolicy[]): NodePolicies {
  return felixPolicies({ ...node, deviceOf }, policies, { ...cluster, naming: "felix" });
}

function pod(text: string): PolicyPod {
  const found = pods.find(({ namespace, name }) => `${namespace}/${name}` === text);
  if (found === undefined) throw new Error(text);
  return found;
}

const all = (spec: Partial<Spec>): Spec => ({ podSelector: {}, ...spec });
const onlyA: Spec["podSelector"] = { matchLabels: { pod: "a" } };

const cases: readonly {
  readonly title: string;
  readonly policies: readonly NetworkPolicy[];
  /** `from to protocol/port` */
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}[] = [
  {
    title: "without policies everything passes",
    policies: [],
    allowed: ["x/a y/a tcp/80", "y/b x/c udp/53"],
    denied: [],
  },
  {
    title: "a policy without rules denies all ingress to its pods, and nothing else",
    policies: [policy("x", "deny", all({ policyTypes: ["Ingress"] }))],
    allowed: ["x/a y/a tcp/80", "y/a z/a tcp/80", "x/a x/a tcp/80"],
    denied: ["y/a x/a tcp/80", "x/b x/a tcp/80", "x/b x/a udp/80"],
  },
  {
    title: "an empty rule allows everybody everything",
    policies: [policy("x", "open", all({ ingress: [{}] }))],
    allowed: ["y/a x/a tcp/80", "z/c x/b udp/9"],
    denied: [],
  },
  {
    title: "a pod selector among the peers means the policy's own namespace",
    policies: [policy("x", "from-a", all({ ingress: [{ from: [{ podSelector: onlyA }] }] }))],
    allowed: ["x/a x/b tcp/80"],
    denied: ["y/a x/b tcp/80", "x/c x/b tcp/80"],
  },
  {
    title: "two selectors in one peer must both hold, in two peers either",
    policies: [
      policy(
        "x",
        "both",
        all({
          ingress: [
            { from: [{ podSelector: onlyA, namespaceSelector: { matchLabels: { ns: "y" } } }] },
          ],
        }),
      ),
      policy(
        "z",
        "either",
        all({
          ingress: [
            { from: [{ podSelector: onlyA }, { namespaceSelector: { matchLabels: { ns: "y" } } }] },
          ],
        }),
      ),
    ],
    allowed: ["y/a x/b tcp/80", "z/a z/b tcp/80", "y/b z/b tcp/80"],
    denied: ["y/b x/b tcp/80", "x/a x/b tcp/80", "x/a z/b tcp/80"],
  },
  {
    title: "policies of one pod add up",
    policies: [
      policy("x", "a", all({ ingress: [{ ports: [{ port: 80 }] }] })),
      policy("x", "b", all({ ingress: [{ ports: [{ port: 53, protocol: "UDP" }] }] })),
    ],
    allowed: ["y/a x/a tcp/80", "y/a x/a udp/53"],
    denied: ["y/a x/a tcp/53", "y/a x/a udp/80"],
  },
  {
    title: "a protocol without a port is every port of it; a range has both its ends",
    policies: [
      policy("x", "udp", all({ ingress: [{ ports: [{ protocol: "UDP" }] }] })),
      policy("y", "range", all({ ingress: [{ ports: [{ port: 80, endPort: 82 }] }] })),
    ],
    allowed: ["z/a x/a udp/1", "z/a y/a tcp/80", "z/a y/a tcp/82"],
    denied: ["z/a x/a tcp/80", "z/a y/a tcp/79", "z/a y/a tcp/83"],
  },
  {
    title: "a port's name is the receiver's, for ingress and for egress",
    policies: [
      policy("x", "in", all({ ingress: [{ ports: [{ port: "web" }] }] })),
      policy(
        "y",
        "out",
        all({
          policyTypes: ["Egress"],
          egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: "web" }] }],
        }),
      ),
    ],
    allowed: ["z/a x/a tcp/80", "z/a x/b tcp/81", "y/a z/a tcp/80", "y/a z/b tcp/81"],
    denied: ["z/a x/a tcp/81", "z/a x/b tcp/80", "y/a z/a tcp/81", "y/a z/b tcp/80"],
  },
  {
    title: "a name that the receiver does not have is no port",
    policies: [policy("x", "in", all({ ingress: [{ ports: [{ port: "nosuch" }] }] }))],
    allowed: [],
    denied: ["z/a x/a tcp/80"],
  },
  {
    title: "an exception of one block is none of another",
    policies: [
      policy(
        "x",
        "blocks",
        all({
          ingress: [
            {
              from: [
                { ipBlock: { cidr: "10.244.0.0/16", except: ["10.244.1.0/24"] } },
                { ipBlock: { cidr: "10.244.1.2/32" } },
              ],
            },
          ],
        }),
      ),
    ],
    allowed: ["z/a x/a tcp/80", "y/b x/a tcp/80"],
    denied: ["y/a x/a tcp/80", "y/c x/a tcp/80"],
  },
  {
    title: "everything but a part of it can be a block",
    policies: [
      policy(
        "x",
        "world",
        all({
          policyTypes: ["Egress"],
          egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.244.1.0/24"] } }] }],
        }),
      ),
    ],
    allowed: ["x/a z/a tcp/80"],
    denied: ["x/a y/a tcp/80"],
  },
  {
    title: "both ends must allow",
    policies: [
      policy("x", "out", all({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 80 }] }] })),
      policy("y", "in", all({ ingress: [{ ports: [{ port: 81 }] }] })),
    ],
    allowed: ["x/a z/a tcp/80", "z/a y/a tcp/81"],
    denied: ["x/a y/a tcp/80", "x/a y/a tcp/81"],
  },
];

for (const { title, policies, allowed, denied } of cases) {
  for (const [how, rules] of [
    ["by addresses", rulesFor(policies)],
    ["by devices, as Felix", felixRulesFor(policies)],
  ] as const) {
    test(`${title} (${how})`, (t) => {
      for (const line of [...allowed, ...denied]) {
        t.is(new Walk(rules, packetOf(line)).passes(), allowed.includes(line), line);
      }
    });
  }
}

function packetOf(line: string): Packet {
  const [from = "", to = "", what = ""] = line.split(" ");
  const [protocol = "", port = ""] = what.split("/");
  const isUdp = protocol === "udp";
  return {
    ...{ from: pod(from), to: pod(to), port: Number(port) },
    protocol: isUdp ? "udp" : "tcp",
  };
}

test("Felix's chains are of a pod's device and of a policy, and are left as others lead to them", (t) => {
  const spec = all({
    podSelector: onlyA,
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "web" }, { port: 90, endPort: 99 }] }],
  });
  const { chains, sets, entries, hook } = felixRulesFor([policy("x", "p", spec)]);
  t.is(hook, "");
  t.deepEqual(entries, ["cali-from-wl-dispatch", "cali-to-wl-dispatch"]);
  const [policyChain = "", ...others] = [...chains.keys()].sort();
  t.regex(policyChain, /^cali-pi-_[\w-]{19}$/);
  t.deepEqual(others, ["cali-to-wl-dispatch", "cali-tw-calixa"]);
  const [pods = "", ports = ""] = sets
    .map(({ name }) => name)
    .sort()
    .toReversed();
  t.regex(pods, /^cali40s:[\w-]{23}$/);
  t.regex(ports, /^cali40n:[\w-]{23}$/);
  const mark = "-j MARK --set-xmark 0x10000/0x10000";
  const accept = `-A ${policyChain} -m mark --mark 0x10000/0x10000 -j RETURN`;
  const why = '-m comment --comment "Policy x/p, ingress rule 1"';
  t.deepEqual(chains.get(policyChain), [
    `-A ${policyChain} -m set --match-set ${pods} src -m set --match-set ${ports} dst,dst ${why} ${mark}`,
    accept,
    `-A ${policyChain} -p tcp -m multiport --dports 90:99 -m set --match-set ${pods} src ${why} ${mark}`,
    accept,
  ]);
  t.deepEqual(chains.get("cali-to-wl-dispatch"), [
    '-A cali-to-wl-dispatch -o calixa -m comment --comment "ingress of x/a" -g cali-tw-calixa',
  ]);
  const written = planSync({ chains, sets, entries, hook }, nothingInstalled);
  t.notRegex(written?.rules ?? "", /-I FORWARD/);
  const cleared = planSync(felixRulesFor([]), written?.after ?? nothingInstalled);
  t.notRegex(cleared?.rules ?? "", /-X cali-\w+-wl-dispatch/);
  t.regex(cleared?.rules ?? "", /^-X cali-tw-calixa$/m);
});

test("on a pod's own device a policy holds whatever source the pod writes into its packets", (t) => {
  const deny = [policy("x", "deny", all({ policyTypes: ["Egress"] }))];
  const packet = { ...packetOf("x/a y/a tcp/80"), from: { ...pod("x/a"), address: "192.0.2.1" } };
  t.false(new Walk(felixRulesFor(deny), packet).passes());
  t.true(new Walk(rulesFor(deny), packet).passes());
});

test("a node without a policed pod gets nothing at all", (t) => {
  const elsewhere = nodePolicies(
    { node: "node02", deny: "drop" },
    [policy("x", "deny", all({}))],
    cluster,
  );
  t.is(elsewhere.chains.size, 0);
  t.is(planSync(elsewhere, nothingInstalled), undefined);
});

test("what is denied can be answered instead of lost", (t) => {
  const rules = nodePolicies(
    { node: "node01", deny: "reject" },
    [policy("x", "deny", all({}))],
    cluster,
  );
  t.true([...rules.chains.values()].flat().some((line) => line.endsWith("-j REJECT")));
});

test("rules that are there are not written again, and what is stale goes", (t) => {
  const [first, none] = [
    rulesFor([policy("x", "p", all({ ingress: [{ from: [{ podSelector: onlyA }] }] }))]),
    rulesFor([]),
  ];
  const written = planSync(first, nothingInstalled);
  if (written === undefined) return t.fail("there is something to write");
  t.regex(written.rules, /-I FORWARD 1 .*-j KUBE-POLICY\n/);
  t.regex(written.newSets, /^create KUBE-NP-\w+ hash:net\nadd KUBE-NP-\w+ 10\.244\.0\.1\n$/);
  t.is(planSync(first, written.after), undefined);
  const cleared = planSync(none, written.after);
  t.notRegex(cleared?.rules ?? "", /-I FORWARD/);
  t.is((cleared?.rules.match(/^-X KUBE-POD-IN-/gm) ?? []).length, 3);
  // FORWARD still leads to it.
  t.notRegex(cleared?.rules ?? "", /-X KUBE-POLICY/);
  t.regex(cleared?.oldSets ?? "", /^destroy KUBE-NP-\w+\n$/);
});

test("in IPv6 the same policy speaks of IPv6 addresses, of IPv6 blocks, and lets neighbours be found", (t) => {
  const family = "ipv6" as const;
  const own = pods.map((each, index) => ({ ...each, address: `fd00:10:244::${index + 1}` }));
  const from = [
    { podSelector: onlyA },
    { ipBlock: { cidr: "10.0.0.0/8" } },
    { ipBlock: { cidr: "::/0", except: ["fd00:203::/32"] } },
  ];
  const policies = [policy("x", "mixed", all({ ingress: [{ from }] }))];
  const rules = nodePolicies(node, policies, { ...cluster, pods: own, family });
  const { chains, sets } = rules;
  t.deepEqual(
    sets.map(({ entries }) => entries),
    [["fd00:10:244::1"], ["8000::/1", "::/1", "fd00:203::/32 nomatch"]],
  );
  t.true(sets.every(({ name }) => name.startsWith("KUBE-NP6-")));
  const hook = chains.get(POLICY_CHAIN) ?? [];
  t.regex(hook[1] ?? "", /-p ipv6-icmp -m icmp6 --icmpv6-type 135 .*-j RETURN/);
  t.regex(hook[3] ?? "", /-d fd00:10:244::1\/128 /);
  const sync = planSync(rules, nothingInstalled);
  t.regex(sync?.newSets ?? "", /^create KUBE-NP6-\w+ hash:net family inet6$/m);
});
