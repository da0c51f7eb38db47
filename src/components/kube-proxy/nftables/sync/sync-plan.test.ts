import test from "ava";
import type { EndpointSlice, Service } from "../../../../api/objects/service.ts";
import { buildClusterModel, type ClusterModel } from "../../model/cluster/cluster-model.ts";
import { sampleConfigOf, sampleNode } from "../../testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../testing/sample-services.ts";
import { cachedServiceRules } from "../service-rules/rules-cache.ts";
import { nftablesSettings } from "../settings.ts";
import { applyScript, emptyRuleSet, type RuleSet } from "../trace/rule-set.ts";
import {
  dueDeletions,
  type NftablesState,
  planSync,
  type SyncPlan,
  stateOfTable,
} from "./sync-plan.ts";

const config = sampleConfigOf("nftables");
const settings = nftablesSettings(config, sampleNode, "ipv4");
const rulesOf = cachedServiceRules(settings);

function model(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  previous?: ClusterModel,
): ClusterModel {
  const options = { family: "ipv4", loadBalancerIPMode: true } as const;
  return buildClusterModel({ services, slices }, options, previous);
}

function plan(state: NftablesState, cluster: ClusterModel, nowMs = 0): SyncPlan {
  return planSync(state, { cluster, settings, config, nowMs, rulesOf });
}

/** A table that has seen one sync after the other, and the state after the last. */
function play(...clusters: readonly ClusterModel[]): readonly [RuleSet, NftablesState] {
  let state = stateOfTable();
  let rules = emptyRuleSet;
  for (const cluster of clusters) {
    const sync = plan(state, cluster);
    rules = applyScript(sync.script, rules);
    state = sync.next;
  }
  return [rules, state];
}

const everything = model(sampleServices, sampleSlices);

test("a comment is as long as nft takes: 128 characters, of 191 that a port's full name may have", (t) => {
  const name = "n".repeat(63);
  const ports = [{ name: "p".repeat(63), port: 80 }];
  const service = sampleService(name, { clusterIP: "10.96.0.20", ports });
  const long = { ...service, metadata: { name, namespace: "s".repeat(63) } };
  const { script } = plan(stateOfTable(), model([long], []));
  const [, comment] =
    /add element ip kube-proxy no-endpoint-services .* comment "(.*)"/.exec(script) ?? [];
  t.is(comment, `${"s".repeat(63)}/${name}:`);
});

test("the first sync writes everything; the same again writes nothing", (t) => {
  const first = plan(stateOfTable(), everything);
  t.is(first.type, "full");
  const again = plan(first.next, everything);
  t.like(again, { type: "partial", script: "", operations: 0 });
});

test("headless Services and those of type ExternalName write nothing", (t) => {
  const outside = sampleService("outside", { type: "ExternalName", externalName: "example.org" });
  const headless = sampleServices.filter(({ spec }) => spec.clusterIP === "None");
  t.is(headless.length, 1);
  const { next } = plan(stateOfTable(), model([], []));
  t.is(plan(next, model([outside, ...headless], sampleSlices)).script, "");
});

test("one endpoint changed: its Service's chains are written, and no element moves", (t) => {
  const { next } = plan(stateOfTable(), everything);
  const slices = sampleSlices.map((slice, index) =>
    index === 0 ? sampleSlice("web", [sampleEndpoint(1, 7)]) : slice,
  );
  const changed = plan(next, model(sampleServices, slices, everything));
  t.deepEqual([...(changed.changed ?? [])], ["shop/web"]);
  t.true(changed.script.split("\n").every((line) => line === "" || line.includes("shop/web/")));
  t.false(changed.script.includes("element"));
});

test("new settings make the sync full, though not the first", (t) => {
  const { next } = plan(stateOfTable(), everything);
  const other = { ...settings };
  const input = { cluster: everything, settings: other, config, nowMs: 1, rulesOf };
  const full = planSync(next, input);
  t.is(full.type, "full");
  t.false(full.script.includes("delete chain"));
  t.false(full.script.includes("add element ip kube-proxy service-ips"));
});

test("a stale chain is deleted when it has been empty for more than a second", (t) => {
  const { next } = plan(stateOfTable(), everything);
  const without = plan(next, model(sampleServices.slice(1), sampleSlices, everything), 5_000);
  t.true(without.script.includes("flush chain ip kube-proxy service-"));
  t.is(dueDeletions(without.next, { settings, nowMs: 6_000 }).script, "");
  const due = dueDeletions(without.next, { settings, nowMs: 6_001 });
  t.regex(due.script, /^(delete chain ip kube-proxy \S+\n)+$/);
  t.is(due.next.stale.size, 0);
});

test("a chain that is wanted again is no longer stale", (t) => {
  const { next } = plan(stateOfTable(), everything);
  const without = plan(next, model(sampleServices.slice(1), sampleSlices, everything));
  t.true(without.next.stale.size > 0);
  t.is(plan(without.next, everything).next.stale.size, 0);
});

const http = [{ name: "http", port: 80 }];
const shared = (name: string, clusterIP: string): Service =>
  sampleService(name, { clusterIP, ports: http, externalIPs: ["192.0.2.50"] });
const [a, b] = [shared("a", "10.96.1.1"), shared("b", "10.96.1.2")];
const slices = ["a", "b"].map((name) => sampleSlice(name, [sampleEndpoint(1, 2)]));
const key = "192.0.2.50 . tcp . 80";
const conflicts = [
  { title: "the later has what both claim", steps: [model([a, b], slices)], owner: "b" },
  {
    title: "when the later goes, the other has it",
    steps: [model([a, b], slices), model([a], slices)],
    owner: "a",
  },
  {
    title: "when the other goes, the later keeps it",
    steps: [model([a, b], slices), model([b], slices)],
    owner: "b",
  },
  {
    title: "one that comes later in order takes it over",
    steps: [model([a], slices), model([a, b], slices)],
    owner: "b",
  },
  {
    title: "one that comes earlier in order does not",
    steps: [model([b], slices), model([a, b], slices)],
    owner: "b",
  },
  {
    title: "when the other loses its endpoints, the later keeps it",
    steps: [model([a, b], slices), model([a, b], slices.slice(1))],
    owner: "b",
  },
];
for (const { title, steps, owner } of conflicts) {
  test(`two Services claim one external address: ${title}`, (t) => {
    const [rules] = play(...steps);
    const verdict = rules.sets.get("service-ips")?.elements.get(key)?.verdict;
    t.regex(
      verdict !== undefined && "chain" in verdict ? verdict.chain : "",
      RegExp(`shop/${owner}/`),
    );
  });
}

test("SCTP is served as TCP and UDP are", (t) => {
  const ports = [{ name: "diameter", port: 3868, protocol: "SCTP" as const }];
  const service = sampleService("core", { clusterIP: "10.96.1.3", ports });
  const slice = sampleSlice(
    "core",
    [sampleEndpoint(1, 2)],
    [{ name: "diameter", port: 3868, protocol: "SCTP" }],
  );
  const { script } = plan(stateOfTable(), model([service], [slice]));
  t.true(script.includes("{ 10.96.1.3 . sctp . 3868 : goto service-"));
  t.true(script.includes("meta l4proto sctp dnat to 10.244.1.2:3868"));
});

test("very many Services are several transactions, and only the last leads traffic to their chains", (t) => {
  const names = Array.from({ length: 450 }, (_, index) => `service-${index}`);
  const services = names.map((name, index) =>
    sampleService(name, {
      clusterIP: `10.96.${1 + (index >> 8)}.${index & 255}`,
      ports: [{ name: "http", port: 80 }],
    }),
  );
  const endpoints = Array.from({ length: 5 }, (_, index) => sampleEndpoint(1, 2 + index));
  const slices = names.map((name) => sampleSlice(name, endpoints));
  const { transactions, script } = plan(stateOfTable(), model(services, slices));
  t.is(transactions.length, 3);
  t.is(transactions.join(""), script);
  for (const transaction of transactions.slice(0, -1))
    t.notRegex(transaction, /element ip kube-proxy (service|cluster)-ips/);
  // A chain is never seen half written.
  const ofService = transactions.map(
    (text) => new Set(text.match(/(?<=^add chain .*)shop\/service-\d+\//gm)),
  );
  t.is(
    ofService.reduce((sum, { size }) => sum + size, 0),
    names.length,
  );
  // Each is taken on top of those before.
  const rules = transactions.reduce((all, each) => applyScript(each, all), emptyRuleSet);
  t.deepEqual(rules, applyScript(script, emptyRuleSet));
});
