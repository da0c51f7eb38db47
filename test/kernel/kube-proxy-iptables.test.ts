/** What the kernel makes of kube-proxy's payloads: it takes them, and has the rules that were meant. */
import { execFileSync } from "node:child_process";
import test from "ava";
import type { EndpointSlice, Service } from "../../src/api/objects/service.ts";
import type { KubeProxyConfig } from "../../src/components/kube-proxy/config/config.ts";
import { IptablesProxier } from "../../src/components/kube-proxy/iptables/proxier.ts";
import { iptablesSettings } from "../../src/components/kube-proxy/iptables/settings.ts";
import { renderKubeletChains } from "../../src/components/kube-proxy/iptables/sync/kubelet-chains.ts";
import {
  type IptablesState,
  initialState,
  planSync,
  type SyncPlan,
} from "../../src/components/kube-proxy/iptables/sync/sync-plan.ts";
import { parseRule } from "../../src/components/kube-proxy/iptables/trace/parse-rule.ts";
import type { Match, Rule } from "../../src/components/kube-proxy/iptables/trace/rule.ts";
import {
  applyPayload,
  chainNames,
  chainRules,
  type RuleSet,
} from "../../src/components/kube-proxy/iptables/trace/rule-set.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import { sampleConfig, sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { Netns } from "../../src/kernel/netns.ts";
import type { IpFamily } from "../../src/net/ip-address.ts";
import { listGolden, readGolden } from "../golden/golden-data.ts";
import { withGoldenFolder } from "../golden/golden-folder.ts";
import {
  configOfCase,
  familyOfCase,
  type GoldenCase,
  nodeOfCase,
} from "../golden/kube-proxy-case.ts";

const settings = iptablesSettings(sampleConfig, sampleNode, "ipv4");

function model(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  previous?: ClusterModel,
): ClusterModel {
  const options = { family: "ipv4", loadBalancerIPMode: true } as const;
  return buildClusterModel({ services, slices }, options, previous);
}

const everything = model(sampleServices, sampleSlices);

function plan(state: IptablesState, cluster: ClusterModel): SyncPlan {
  return planSync(state, { cluster, settings, config: sampleConfig, nowMs: 0 });
}

/** A node without anything in it, ended with the test. */
class Tables implements Disposable {
  readonly #netns: Netns;
  readonly #family: IpFamily;

  constructor(name: string, family: IpFamily = "ipv4") {
    this.#netns = Netns.create(name);
    this.#family = family;
  }

  restore(payload: string): void {
    const program = this.#family === "ipv4" ? "iptables-restore" : "ip6tables-restore";
    this.#netns.enter(() =>
      execFileSync(program, ["--noflush"], { input: payload, stdio: ["pipe", "pipe", "pipe"] }),
    );
  }

  save(): string {
    const program = this.#family === "ipv4" ? "iptables-save" : "ip6tables-save";
    return this.#netns.enter(() => execFileSync(program, { encoding: "utf8" }));
  }

  /** Without dates and counters. */
  saved(): string {
    return this.save()
      .split("\n")
      .filter((line) => !line.startsWith("#"))
      .map((line) => line.replace(/ \[\d+:\d+\]$/, ""))
      .join("\n");
  }

  rules(): RuleSet {
    return applyPayload(this.saved());
  }

  [Symbol.dispose](): void {
    this.#netns[Symbol.dispose]();
  }
}

test("what the kernel reads back means what was written", (t) => {
  using node = new Tables("means");
  const { payload } = plan(initialState(), everything);
  node.restore(payload);
  t.deepEqual(meaning(node.rules()), meaning(applyPayload(payload)));
});

/** By table and chain what each rule asks and does, however it is spelled. */
function meaning(rules: RuleSet): unknown {
  return ["filter", "mangle", "nat"].map((table) =>
    [...chainNames(rules, table)]
      .filter((chain) => chain.startsWith("KUBE-") || chainRules(rules, table, chain).length > 0)
      .sort()
      .map((chain) => [table, chain, chainRules(rules, table, chain).map(asks)]),
  );
}

function asks({ matches, target }: Rule): unknown {
  const inOrder = (a: Match, b: Match): number => (a.type < b.type ? -1 : 1);
  return { matches: matches.map(asKept).sort(inOrder), target };
}

/** The kernel keeps a probability as a number of 2^31sts. */
function asKept(match: Match): Match {
  return match.type === "probability"
    ? { ...match, probability: Math.round(match.probability * 2 ** 31) }
    : match;
}

const readBack = [
  "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
  "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
  "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
  '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
  '-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO',
  '-A KUBE-SERVICES -d 10.96.0.22/32 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
  '-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/balanced-local:http health check node port" -m tcp --dport 32000 -j ACCEPT',
  '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/empty:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30404 -j REJECT --reject-with icmp-port-unreachable',
];
test("iptables-save spells the rules as it does on a real node", (t) => {
  using node = new Tables("spells");
  node.restore(plan(initialState(), everything).payload);
  const lines = node.saved().split("\n");
  for (const line of readBack) t.true(lines.includes(line), line);
  t.regex(node.saved(), /--probability 0\.50000000000 /);
  t.regex(
    node.saved(),
    /--rcheck --seconds 3600 --reap --name KUBE-SEP-\w{16} --mask 255\.255\.255\.255 --rsource/,
  );
  t.regex(
    node.saved(),
    /-m recent --set --name KUBE-SEP-\w{16} --mask 255\.255\.255\.255 --rsource -m tcp -j DNAT/,
  );
});

const firewallFirst = {
  INPUT: ["KUBE-FIREWALL", "KUBE-PROXY-FIREWALL", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES"],
  FORWARD: ["KUBE-PROXY-FIREWALL", "KUBE-FORWARD", "KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"],
  OUTPUT: ["KUBE-FIREWALL", "KUBE-PROXY-FIREWALL", "KUBE-SERVICES"],
};
const firewallLast = {
  INPUT: ["KUBE-PROXY-FIREWALL", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES", "KUBE-FIREWALL"],
  FORWARD: firewallFirst.FORWARD,
  OUTPUT: ["KUBE-PROXY-FIREWALL", "KUBE-SERVICES", "KUBE-FIREWALL"],
};
const kubeletFirst = renderKubeletChains({ family: "ipv4" });
const arrivals = [
  { title: "on a clean node", before: "", kubeletChains: false, jumps: firewallFirst },
  {
    title: "where kubelet was before",
    before: kubeletFirst,
    kubeletChains: false,
    jumps: firewallLast,
  },
  { title: "with kubelet's chains", before: "", kubeletChains: true, jumps: firewallLast },
  {
    title: "with kubelet's chains a second time",
    before: kubeletFirst,
    kubeletChains: true,
    jumps: firewallLast,
  },
];
for (const { title, before, kubeletChains, jumps } of arrivals) {
  test(`the jumps end up as on a real node: ${title}`, async (t) => {
    using node = new Tables(`jumps-${arrivals.findIndex((arrival) => arrival.title === title)}`);
    node.restore(before);
    const proxier = new IptablesProxier({
      family: "ipv4",
      config: sampleConfig,
      restore: async (payload) => node.restore(payload),
      rulesAtStart: node.save(),
      kubeletChains,
    });
    await proxier.sync({ cluster: everything, node: sampleNode, nowMs: 0 });
    const rules = node.rules();
    const targets = (table: string, chain: string): readonly string[] =>
      chainRules(rules, table, chain).map(({ target }) =>
        target?.type === "jump" ? target.chain : "",
      );
    for (const [chain, expected] of Object.entries(jumps)) {
      t.deepEqual(targets("filter", chain), expected, chain);
    }
    t.deepEqual(targets("nat", "PREROUTING"), ["KUBE-SERVICES"]);
    t.deepEqual(targets("nat", "OUTPUT"), ["KUBE-SERVICES"]);
    t.deepEqual(targets("nat", "POSTROUTING"), ["KUBE-POSTROUTING"]);
    const canaries = before === "" && !kubeletChains ? ["PROXY"] : ["PROXY", "KUBELET"];
    for (const table of ["mangle", "nat", "filter"]) {
      for (const canary of canaries) {
        t.true(chainNames(rules, table).includes(`KUBE-${canary}-CANARY`), `${table} ${canary}`);
      }
    }
  });
}

test("a sync that is repeated, partial or full, leaves the tables as they were", (t) => {
  using node = new Tables("repeats");
  const first = plan(initialState(), everything);
  node.restore(first.payload);
  const once = node.saved();
  node.restore(plan(first.next, everything).payload);
  t.is(node.saved(), once);
  const full = plan({ ...first.next, synced: undefined }, everything);
  t.is(full.type, "full");
  node.restore(full.payload);
  t.is(node.saved(), once);
});

test("partial syncs on top of a full one leave what a full one would", (t) => {
  using node = new Tables("partial");
  using fresh = new Tables("full");
  const steps = [
    model(sampleServices.slice(0, 6), sampleSlices),
    model(sampleServices.slice(3), sampleSlices),
    model(sampleServices.slice(3), sampleSlices.slice(4)),
    model(sampleServices, [sampleSlice("web", [sampleEndpoint(1, 7)]), ...sampleSlices.slice(1)]),
  ];
  let state = initialState();
  for (const cluster of steps) {
    const sync = plan(state, cluster);
    node.restore(sync.payload);
    state = sync.next;
  }
  fresh.restore(plan(initialState(), steps.at(-1) ?? everything).payload);
  t.deepEqual(byChain(node.saved()), byChain(fresh.saved()));
});

/** Chains stand in the order in which they came to be; their rules' order counts, theirs does not. */
function byChain(saved: string): ReadonlyArray<readonly [string, string]> {
  const rules = applyPayload(saved);
  return ["filter", "mangle", "nat"].flatMap((table) =>
    [...chainNames(rules, table)].sort().map((chain) => {
      const texts = chainRules(rules, table, chain).map(({ text }) => text);
      return [`${table} ${chain}`, texts.join("\n")] as const;
    }),
  );
}

test("rules of others are left alone", (t) => {
  using node = new Tables("others");
  const foreign = "*nat\n:WEAVE - [0:0]\n-A WEAVE -j RETURN\n-A POSTROUTING -j WEAVE\nCOMMIT\n";
  node.restore(foreign);
  const first = plan(initialState(), everything);
  node.restore(first.payload);
  node.restore(plan(first.next, model([], [])).payload);
  const rules = node.rules();
  t.is(chainRules(rules, "nat", "WEAVE").length, 1);
  t.is(chainRules(rules, "nat", "POSTROUTING")[1]?.text, "-A POSTROUTING -j WEAVE");
});

withGoldenFolder("kube-proxy iptables in the kernel", (folder) => {
  const cases = listGolden(folder, /^iptables-.*\.json$/)
    .map((name) => readGolden<GoldenCase>(folder, name))
    .filter(({ expectedForm }) => expectedForm === "normalised");

  for (const family of ["ipv4", "ipv6"] as const) {
    test(`the kernel takes the rules of every upstream case of ${family}`, (t) => {
      const ofFamily = cases.filter((golden) => familyOfCase(golden) === family);
      t.true(ofFamily.length > 0);
      for (const [index, golden] of ofFamily.entries()) {
        using node = new Tables(`${family}-${index}`, family);
        const payload = fullPayload(golden, family);
        t.notThrows(() => node.restore(payload), golden.name);
        t.deepEqual(meaning(node.rules()), meaning(applyPayload(payload)), golden.name);
      }
    });
  }
});

function fullPayload(golden: GoldenCase, family: IpFamily): string {
  const given = configOfCase(golden);
  // Counters are objects of a kernel module that need not be here, and they decide nothing.
  const config: KubeProxyConfig = { ...given, host: { ...given.host, nfacctCounters: [] } };
  const { services, endpointSlices: slices } = golden;
  const cluster = buildClusterModel(
    { services, slices },
    { family, loadBalancerIPMode: config.featureGates.LoadBalancerIPMode },
  );
  const caseSettings = iptablesSettings(config, nodeOfCase(golden), family);
  return planSync(initialState(), { cluster, settings: caseSettings, config, nowMs: 0 }).payload;
}

test("every rule that the kernel reads back can be parsed", (t) => {
  using node = new Tables("parses");
  node.restore(renderKubeletChains({ family: "ipv4" }) + plan(initialState(), everything).payload);
  const lines = node
    .saved()
    .split("\n")
    .filter((line) => line.startsWith("-A "));
  t.true(lines.length > 100);
  for (const line of lines) t.notThrows(() => parseRule(line));
});
