import test from "ava";
import fc from "fast-check";
import type { EndpointSlice, Service } from "../../../../api/objects/service.ts";
import { ipAddress } from "../../../../net/ip-address.ts";
import { resolveKubeProxyConfig } from "../../config/config.ts";
import { buildClusterModel, type ClusterModel } from "../../model/cluster/cluster-model.ts";
import { sampleConfig, sampleNode } from "../../testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../testing/sample-services.ts";
import { iptablesSettings } from "../settings.ts";
import { applyPayload, chainNames, type RuleSet } from "../trace/rule-set.ts";
import { readSavedRules } from "./saved-rules.ts";
import { afterFailure, type IptablesState, initialState, planSync } from "./sync-plan.ts";

const settings = iptablesSettings(sampleConfig, sampleNode, "ipv4");
const config = sampleConfig;

function model(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  previous?: ClusterModel,
): ClusterModel {
  return buildClusterModel(
    { services, slices },
    { family: "ipv4", loadBalancerIPMode: true },
    previous,
  );
}

function plan(state: IptablesState, cluster: ClusterModel, nowMs = 0) {
  return planSync(state, { cluster, settings, config, nowMs });
}

const web = sampleService("web", { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] });
const api = sampleService("api", { clusterIP: "10.96.0.19", ports: [{ name: "http", port: 80 }] });
const webSlice = sampleSlice("web", [sampleEndpoint(1, 2)]);
const apiSlice = sampleSlice("api", [sampleEndpoint(1, 3)]);
const everything = model(sampleServices, sampleSlices);

test("the first sync is full, with jumps and canaries; the second is partial, without", (t) => {
  const first = plan(initialState(), everything);
  t.is(first.type, "full");
  t.is(first.payload.match(/^-I /gm)?.length, 14);
  t.is(first.payload.match(/^:KUBE-PROXY-CANARY /gm)?.length, 3);
  const second = plan(first.next, everything);
  t.is(second.type, "partial");
  t.false(/^-I |CANARY/m.test(second.payload));
});

test("a partial sync writes the chains of changed Services only, and captures all", (t) => {
  const before = model([web, api], [webSlice, apiSlice]);
  const { next } = plan(initialState(), before);
  const more = sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)]);
  const { payload, changed } = plan(next, model([web, api], [more, apiSlice], before));
  t.deepEqual([...(changed ?? [])], ["shop/web"]);
  t.true(payload.includes("--comment shop/web:http -s 10.244.2.2 -j KUBE-MARK-MASQ"));
  t.false(payload.includes("--comment shop/api:http"));
  t.true(payload.includes('-A KUBE-SERVICES -m comment --comment "shop/api:http cluster IP"'));
});

test("equal objects written again are no change", (t) => {
  const { next } = plan(initialState(), everything);
  const again = model(structuredClone(sampleServices), structuredClone(sampleSlices), everything);
  t.deepEqual([...(plan(next, again).changed ?? ["full"])], []);
});

test("what comes and goes between two syncs is no change", (t) => {
  const before = model([web], [webSlice]);
  const { next } = plan(initialState(), before);
  const between = model([web, api], [webSlice, apiSlice], before);
  const after = plan(next, model([web], [webSlice], between));
  t.deepEqual([...(after.changed ?? ["full"])], []);
  t.deepEqual(after.staleChains, []);
});

test("chains of what is gone are emptied and deleted, once", (t) => {
  const before = model([web, api], [webSlice, apiSlice]);
  const first = plan(initialState(), before);
  const after = model([web], [webSlice], before);
  const second = plan(first.next, after);
  t.is(second.staleChains.length, 2);
  for (const chain of second.staleChains) {
    t.true(second.payload.includes(`:${chain} - [0:0]\n`));
    t.true(second.payload.includes(`-X ${chain}\n`));
  }
  const rules = applyPayload(second.payload, applyPayload(first.payload));
  for (const chain of second.staleChains) t.false(chainNames(rules, "nat").includes(chain));
  t.deepEqual(plan(second.next, after).staleChains, []);
});

test("after a failure the sync is full and takes every chain that may exist for existing", (t) => {
  const before = model([web], [webSlice]);
  const first = plan(initialState(), before);
  const failed = plan(first.next, model([api], [apiSlice], before));
  const state = afterFailure(first.next, failed);
  const retry = plan(state, model([], []));
  t.is(retry.type, "full");
  t.is(retry.staleChains.length, 4);
  t.false(/^-I /m.test(retry.payload), "the jumps of the first sync are there");
});

test("after a failure, what iptables-save says counts", (t) => {
  const first = plan(initialState(), everything);
  const state = afterFailure(
    initialState(),
    first,
    readSavedRules(first.payload.replaceAll("-I ", "-A ")),
  );
  const retry = plan(state, everything);
  t.is(retry.type, "full");
  t.false(/^-I /m.test(retry.payload));
  t.true(/CANARY/.test(retry.payload));
});

const fullReasons = [
  {
    title: "the node moves to another zone",
    input: { settings: iptablesSettings(sampleConfig, { ...sampleNode, zone: "b" }, "ipv4") },
  },
  { title: "the last full sync is an hour old", input: { nowMs: 3_600_000 } },
];
for (const { title, input } of fullReasons) {
  test(`a sync is full when ${title}`, (t) => {
    const { next } = plan(initialState(), everything);
    const sync = planSync(next, { cluster: everything, settings, config, nowMs: 1, ...input });
    t.is(sync.type, "full");
    t.false(/^-I /m.test(sync.payload));
  });
}

test("in a large cluster no sync is full for its age: what the last sync saw decides", (t) => {
  const [one, hour] = [sampleSlice("web", [sampleEndpoint(1, 2)]), 3_600_000];
  const two = sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)]);
  const limit = { largeClusterEndpointsThreshold: 1 };
  const host = resolveKubeProxyConfig({ clusterCIDR: "10.244.0.0/16" }, limit);
  const sync = (state: IptablesState, slice: EndpointSlice, nowMs: number) =>
    planSync(state, { cluster: model([web], [slice]), settings, config: host, nowMs });
  const large = sync(initialState(), two, 0).next;
  const small = sync(initialState(), one, 0).next;
  t.is(sync(large, two, hour).type, "partial");
  t.is(sync(large, one, hour).type, "partial");
  t.is(sync(small, two, hour).type, "full");
  t.is(sync(small, two, hour - 1).type, "partial");
});

test("large clusters: no comments on single endpoints, and stale chains wait for syncPeriod", (t) => {
  const large = resolveKubeProxyConfig(
    { clusterCIDR: "10.244.0.0/16" },
    { largeClusterEndpointsThreshold: 1 },
  );
  const sync = (state: IptablesState, cluster: ClusterModel, nowMs: number) =>
    planSync(state, { cluster, settings, config: large, nowMs });
  const many = sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)]);
  const before = model([web, api], [many, apiSlice]);
  const first = sync(initialState(), before, 0);
  t.true(/^-A KUBE-SEP-\w+ -s 10.244.1.2 -j KUBE-MARK-MASQ$/m.test(first.payload));
  t.true(/^-A KUBE-SVC-\w+ -j KUBE-SEP-/m.test(first.payload));
  const after = model([web], [many], before);
  const soon = sync(first.next, after, 1_000);
  t.deepEqual(soon.staleChains, []);
  const later = sync(soon.next, after, 30_001);
  t.is(later.staleChains.length, 2);
});

/** A cluster as a list of choices: per Service, which endpoints it has, or undefined for no Service. */
const clusters = fc.array(fc.option(fc.subarray([2, 3, 4, 5]), { nil: undefined }), {
  minLength: 3,
  maxLength: 3,
});

test("any sequence of partial syncs leaves what one full sync would", (t) => {
  fc.assert(
    fc.property(fc.array(clusters, { minLength: 1, maxLength: 6 }), (sequence) => {
      let state = initialState();
      let rules: RuleSet = new Map();
      let cluster: ClusterModel | undefined;
      for (const choice of sequence) {
        cluster = chosenModel(choice, cluster);
        const sync = plan(state, cluster);
        rules = applyPayload(sync.payload, rules);
        state = sync.next;
      }
      const whole = applyPayload(plan(initialState(), chosenModel(sequence.at(-1) ?? [])).payload);
      t.deepEqual(texts(rules), texts(whole));
    }),
    { numRuns: 60, seed: 1 },
  );
});

function chosenModel(
  choice: ReadonlyArray<readonly number[] | undefined>,
  previous?: ClusterModel,
): ClusterModel {
  const chosen = choice.flatMap((hosts, index) => (hosts === undefined ? [] : [{ hosts, index }]));
  return model(
    chosen.map(({ index }) =>
      sampleService(`svc${index}`, {
        type: "NodePort",
        clusterIP: `10.96.1.${index}`,
        ports: [{ name: "http", port: 80, nodePort: 30000 + index }],
        externalTrafficPolicy: index === 1 ? "Local" : "Cluster",
      }),
    ),
    chosen.map(({ hosts, index }) =>
      sampleSlice(
        `svc${index}`,
        hosts.map((host) => sampleEndpoint((host % 2) + 1, host)),
      ),
    ),
    previous,
  );
}

/** Chains in the order of names: the order in which they came to be decides nothing. */
function texts(rules: RuleSet): unknown {
  return ["filter", "nat"].map((table) =>
    [...(rules.get(table) ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([chain, list]) => [chain, list.map(({ text }) => text)]),
  );
}

test("IPv6 nodes get no localnet chain", (t) => {
  const six = iptablesSettings(sampleConfig, { ...sampleNode, ip: ipAddress("fd00::16") }, "ipv6");
  const { payload } = planSync(initialState(), {
    cluster: everything,
    settings: six,
    config,
    nowMs: 0,
  });
  t.false(payload.includes("KUBE-FIREWALL"));
});
