/** What the kernel makes of kube-proxy's nftables scripts: it takes them, and has the table that was meant. */
import { execFileSync } from "node:child_process";
import test from "ava";
import type { EndpointSlice, Service } from "../../src/api/objects/service.ts";
import {
  type KubeProxyConfig,
  resolveKubeProxyConfig,
} from "../../src/components/kube-proxy/config/config.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import type { ProxyNode } from "../../src/components/kube-proxy/model/proxy-node.ts";
import { NftablesProxier } from "../../src/components/kube-proxy/nftables/proxier.ts";
import { readListing } from "../../src/components/kube-proxy/nftables/trace/read-listing.ts";
import type { Match } from "../../src/components/kube-proxy/nftables/trace/rule.ts";
import {
  applyScript,
  type RuleSet,
} from "../../src/components/kube-proxy/nftables/trace/rule-set.ts";
import { sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { nftApply, nftListTable } from "../../src/kernel/rules/rules.ts";
import { type Cidr, formatCidr } from "../../src/net/cidr.ts";
import type { IpFamily } from "../../src/net/ip-address.ts";
import { listGolden, readGolden } from "../golden/golden-data.ts";
import { withGoldenFolder } from "../golden/golden-folder.ts";
import {
  configOfCase,
  familyOfCase,
  followers,
  type GoldenCase,
  modelOfCase,
  nodeOfCase,
} from "../golden/kube-proxy-case.ts";
import { inLoadOrder } from "../golden/nftables-normal-form.ts";

/** In npm's folders another program has the name. */
const nft = findProgram("nft") ?? "nft";

const sampleConfig = resolveKubeProxyConfig(
  { mode: "nftables", clusterCIDR: "10.244.0.0/16" },
  { serviceCIDRs: ["10.96.0.0/16"] },
);

function model(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  previous?: ClusterModel,
): ClusterModel {
  const options = { family: "ipv4", loadBalancerIPMode: true } as const;
  return buildClusterModel({ services, slices }, options, previous);
}

const everything = model(sampleServices, sampleSlices);

/** A node with nothing but the table that a kube-proxy makes, ended with the test. */
class Node implements Disposable {
  readonly scripts: string[] = [];
  readonly #netns: Netns;
  readonly #family: IpFamily;
  readonly #config: KubeProxyConfig;
  readonly #node: ProxyNode;
  #proxier: NftablesProxier;
  #nowMs = 0;

  constructor(
    name: string,
    config: KubeProxyConfig = sampleConfig,
    node: ProxyNode = sampleNode,
    family: IpFamily = "ipv4",
  ) {
    this.#netns = Netns.create(`nft-${name}`);
    this.#config = config;
    this.#node = node;
    this.#family = family;
    this.#proxier = this.#start();
  }

  /** The proxy dies and comes back to what it left. */
  async restart(): Promise<void> {
    this.#proxier = this.#start(await this.#json());
  }

  async sync(cluster: ClusterModel, afterMs = 10): Promise<"full" | "partial"> {
    this.#nowMs += afterMs;
    const view = { cluster, node: this.#node, nowMs: this.#nowMs };
    return (await this.#proxier.sync(view)).type;
  }

  run(script: string, ...more: readonly string[]): void {
    this.#netns.enter(() =>
      execFileSync(nft, [...more, "-f", "-"], { input: script, stdio: ["pipe", "pipe", "pipe"] }),
    );
  }

  listing(): string {
    const family = this.#family === "ipv4" ? "ip" : "ip6";
    return this.#netns.enter(() =>
      execFileSync(nft, ["list", "table", family, "kube-proxy"], { encoding: "utf8" }),
    );
  }

  table(): RuleSet {
    return readListing(this.listing());
  }

  [Symbol.dispose](): void {
    this.#netns[Symbol.dispose]();
  }

  #json(): Promise<string | undefined> {
    return nftListTable(this.#netns, this.#family === "ipv4" ? "ip" : "ip6");
  }

  #start(rulesAtStart?: string): NftablesProxier {
    return new NftablesProxier({
      family: this.#family,
      config: this.#config,
      rulesAtStart,
      kernel: {
        nftApply: async (script) => {
          this.scripts.push(script);
          await nftApply(this.#netns, script);
        },
        nftListTable: () => this.#json(),
      },
    });
  }
}

/** By chain what each rule asks and does, and what each set and map holds, however it is spelled. */
function meaning({ chains, sets }: RuleSet): unknown {
  return {
    chains: Array.from(chains, ([name, { rules }]) => [
      name,
      rules.map(({ matches, action }) => ({ matches: matches.map(asKept), action })),
    ]).sort(byName),
    sets: Array.from(sets, ([name, { kind, elements }]) => [
      name,
      kind,
      Array.from(elements, ([key, { verdict }]) => [key, verdict]).sort(byName),
    ]).sort(byName),
  };
}

/** The kernel sorts the members of a set that has no name. */
function asKept(match: Match): Match {
  if (match.type !== "address") return match;
  const inOrder = (a: Cidr, b: Cidr): number => (formatCidr(a) < formatCidr(b) ? -1 : 1);
  return { ...match, blocks: [...match.blocks].sort(inOrder) };
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

test("what the kernel reads back means what was written", async (t) => {
  using node = new Node("means");
  await node.sync(everything);
  t.is(node.scripts.length, 1);
  t.deepEqual(meaning(node.table()), meaning(applyScript(node.scripts.join(""))));
});

const readBack = [
  "type filter hook prerouting priority dstnat - 10; policy accept;",
  "type nat hook postrouting priority srcnat; policy accept;",
  "meta mark set meta mark | 0x00004000",
  "meta mark & 0x00004000 == 0x00000000 return",
  "masquerade fully-random",
  'ip daddr 10.96.0.0/16 drop comment "Drop traffic to unallocated ClusterIPs"',
  "ip daddr . meta l4proto . th dport vmap @service-ips",
  "timeout 1h",
  '10.96.0.22 . tcp . 80 comment "shop/empty:http" : goto reject-chain',
];
test("nft spells the table as it does on a real node", async (t) => {
  using node = new Node("spells");
  await node.sync(everything);
  const listing = node.listing();
  for (const text of readBack) t.true(listing.includes(text), text);
});

const otherEndpoint = sampleSlices.map((slice, index) =>
  index === 0 ? sampleSlice("web", [sampleEndpoint(1, 7)]) : slice,
);
const histories: ReadonlyArray<{
  readonly title: string;
  readonly steps: readonly ClusterModel[];
}> = [
  { title: "Services come", steps: [model([], []), everything] },
  { title: "Services go", steps: [everything, model(sampleServices.slice(3), sampleSlices)] },
  {
    title: "endpoints go, and the port is refused",
    steps: [everything, model(sampleServices, sampleSlices.slice(4))],
  },
  { title: "an endpoint is another", steps: [everything, model(sampleServices, otherEndpoint)] },
  {
    title: "what went comes back before its chains are deleted",
    steps: [everything, model([], []), everything],
  },
];
for (const [index, { title, steps }] of histories.entries()) {
  test(`partial syncs leave what a full one would: ${title}`, async (t) => {
    using node = new Node(`partial-${index}`);
    using fresh = new Node(`full-${index}`);
    const types: string[] = [];
    for (const cluster of steps) types.push(await node.sync(cluster));
    t.deepEqual(types, ["full", ...types.slice(1).map(() => "partial")]);
    const last = steps.at(-1) ?? everything;
    // What is stale is deleted by the next sync that is late enough.
    await node.sync(last, 2_000);
    await fresh.sync(last);
    t.deepEqual(meaning(node.table()), meaning(fresh.table()));
  });
}

test("a sync without a change writes nothing", async (t) => {
  using node = new Node("idle");
  await node.sync(everything);
  await node.sync(everything);
  t.is(node.scripts.length, 1);
});

test("a stale chain is empty at once, and gone a second later", async (t) => {
  using node = new Node("stale");
  await node.sync(everything);
  const web = [...node.table().chains.keys()].filter((name) => name.includes("shop/web/"));
  t.true(web.length > 1);
  const without = model(sampleServices.slice(1), sampleSlices, everything);
  await node.sync(without);
  for (const chain of web) t.deepEqual(node.table().chains.get(chain)?.rules, [], chain);
  await node.sync(without, 500);
  t.true(node.table().chains.has(web[0] ?? ""));
  await node.sync(without, 1_000);
  for (const chain of web) t.false(node.table().chains.has(chain), chain);
});

test("a restart leaves the chains of endpoints alone, and heals what was emptied", async (t) => {
  using node = new Node("restart");
  await node.sync(everything);
  const before = meaning(node.table());
  const [emptied = "", kept = ""] = [...node.table().chains.keys()].filter((name) =>
    name.startsWith("endpoint-"),
  );
  node.run(`flush chain ip kube-proxy ${emptied}\n`);
  await node.restart();
  t.is(await node.sync(everything), "full");
  t.deepEqual(meaning(node.table()), before);
  const script = node.scripts.at(-1) ?? "";
  t.true(script.includes(`add rule ip kube-proxy ${emptied} `));
  t.false(script.includes(`add rule ip kube-proxy ${kept} `));
  t.false(script.includes("add element ip kube-proxy service-ips"));
});

test("what a former kube-proxy left is gone after the first sync and the next", async (t) => {
  using node = new Node("former");
  await node.sync(everything);
  await node.restart();
  const few = model(sampleServices.slice(0, 2), sampleSlices);
  await node.sync(few);
  await node.sync(few, 2_000);
  using fresh = new Node("former-fresh");
  await fresh.sync(few);
  t.deepEqual(meaning(node.table()), meaning(fresh.table()));
});

test("base chains at other priorities are replaced", async (t) => {
  using node = new Node("priority");
  node.run(
    "add table ip kube-proxy\nadd chain ip kube-proxy nat-output { type nat hook output priority -90 ; }\n",
  );
  await node.restart();
  await node.sync(everything);
  t.regex(node.listing(), /type nat hook output priority -100;/);
});

test("after a failure the table is read and made right", async (t) => {
  using node = new Node("failure");
  await node.sync(everything);
  // The next transaction would delete it too.
  node.run("delete element ip kube-proxy cluster-ips { 10.96.0.20 }\n");
  const without = model(sampleServices.slice(1), sampleSlices, everything);
  await t.throwsAsync(() => node.sync(without), { code: "PROGRAM_FAILED" });
  t.is(await node.sync(without), "full");
  await node.sync(without, 2_000);
  using fresh = new Node("failure-fresh");
  await fresh.sync(without);
  t.deepEqual(meaning(node.table()), meaning(fresh.table()));
});

test("tables of others are left alone", async (t) => {
  using node = new Node("others");
  node.run("add table ip mine\nadd chain ip mine c\nadd rule ip mine c counter accept\n");
  await node.sync(everything);
  await node.sync(model([], [], everything));
  t.notThrows(() => node.run("add rule ip mine c drop\n"));
});

withGoldenFolder("kube-proxy nftables in the kernel", (folder) => {
  const cases = listGolden(folder, /^nftables-.*\.json$/).map((name) =>
    readGolden<GoldenCase>(folder, name),
  );

  for (const family of ["ipv4", "ipv6"] as const) {
    test(`nft takes the table of every upstream case of ${family}`, (t) => {
      const ofFamily = cases.filter((golden) => familyOfCase(golden) === family);
      t.true(ofFamily.length > 0);
      for (const [index, golden] of ofFamily.entries()) {
        using node = new Node(`text-${family}-${index}`, sampleConfig, sampleNode, family);
        const script = inLoadOrder(golden.expected ?? "");
        t.notThrows(() => node.run(script, "-c"), golden.name);
        t.notThrows(() => node.run(script), golden.name);
        t.deepEqual(meaning(node.table()), meaning(applyScript(script)), golden.name);
      }
    });
  }

  for (const golden of cases.filter(({ previousCase }) => !previousCase)) {
    test(`the kernel plays upstream's ${golden.name}`, async (t) => {
      const family = familyOfCase(golden);
      const name = `play-${cases.indexOf(golden)}`;
      using node = new Node(name, configOfCase(golden), nodeOfCase(golden), family);
      if (golden.preloadedState !== undefined) {
        node.run(inLoadOrder(golden.preloadedState));
        await node.restart();
      }
      let previous: ClusterModel | undefined;
      for (const step of [golden, ...followers(golden, cases)]) {
        previous = modelOfCase(step, previous);
        await node.sync(previous, step.ageStaleChainsFirst === true ? 2_000 : 10);
        const expected = applyScript(inLoadOrder(step.expected ?? ""));
        t.deepEqual(meaning(node.table()), meaning(expected), step.name);
      }
    });
  }
});
