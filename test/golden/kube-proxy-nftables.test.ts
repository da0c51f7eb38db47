/** nftables mode against the tests of the real kube-proxy: the table's text, its steps, and what becomes of packets. */
import test, { type ExecutionContext } from "ava";
import type { ClusterModel } from "../../src/components/kube-proxy/model/cluster-model.ts";
import {
  applyScript,
  emptyRuleSet,
  type RuleSet,
} from "../../src/components/kube-proxy/nftables/rule-set.ts";
import { cachedServiceRules } from "../../src/components/kube-proxy/nftables/rules-cache.ts";
import {
  type NftablesSettings,
  nftablesSettings,
} from "../../src/components/kube-proxy/nftables/settings.ts";
import {
  dueDeletions,
  type NftablesState,
  planSync,
  type SyncPlan,
  stateOfTable,
} from "../../src/components/kube-proxy/nftables/sync-plan.ts";
import {
  noTable,
  type TableContent,
} from "../../src/components/kube-proxy/nftables/table-content.ts";
import { containers } from "../../src/components/kube-proxy/nftables/table-skeleton.ts";
import { tracePacket } from "../../src/components/kube-proxy/nftables/trace-packet.ts";
import { listGolden, readGolden, withGoldenFolder } from "./golden-folder.ts";
import {
  configOfCase,
  familyOfCase,
  followers,
  type GoldenCase,
  type GoldenFlow,
  localAddressesOfCase,
  modelOfCase,
  nodeOfCase,
  outcomeOf,
  packetOfFlow,
} from "./kube-proxy-case.ts";
import { dumpTable, inLoadOrder, normaliseNftables } from "./nftables-normal-form.ts";

withGoldenFolder("kube-proxy nftables", (folder) => {
  const cases = listGolden(folder, /^nftables-.*\.json$/).map((name) =>
    readGolden<GoldenCase>(folder, name),
  );

  test("there are upstream cases", (t) => {
    t.is(cases.length, 49);
  });

  for (const golden of cases) {
    if (golden.previousCase) continue;
    const steps = [golden, ...followers(golden, cases)];
    test(`upstream: ${golden.name}${golden.title ? ` (${golden.title})` : ""}`, (t) => {
      playSteps(t, steps);
    });
  }
});

/** A node on which cases are played one after the other. */
interface Played {
  readonly settings: NftablesSettings;
  readonly state: NftablesState;
  readonly rules: RuleSet;
  readonly cluster: ClusterModel | undefined;
  readonly nowMs: number;
}

function playSteps(t: ExecutionContext, steps: readonly GoldenCase[]): void {
  const [first] = steps;
  if (first === undefined) return;
  const before = first.preloadedState;
  const rules = before === undefined ? emptyRuleSet : applyScript(inLoadOrder(before));
  let played: Played = {
    settings: nftablesSettings(configOfCase(first), nodeOfCase(first), familyOfCase(first)),
    state: stateOfTable(contentOf(rules)),
    rules,
    cluster: undefined,
    nowMs: 0,
  };
  for (const step of steps) {
    const { next, plan } = play(t, step, played);
    checkStep(t, step, plan, next.rules);
    played = next;
  }
  checkDeletions(t, steps.at(-1) ?? first, played);
}

function play(
  t: ExecutionContext,
  step: GoldenCase,
  { settings, state, rules, cluster: previous, nowMs: before }: Played,
): { readonly next: Played; readonly plan: SyncPlan } {
  // Less than what a stale chain waits, or more.
  const nowMs = before + (step.ageStaleChainsFirst === true ? 2_000 : 10);
  const cluster = modelOfCase(step, previous);
  const rulesOf = cachedServiceRules(settings);
  const input = { cluster, settings, config: configOfCase(step), nowMs, rulesOf };
  const cleanup = dueDeletions(state, input);
  if (step.ageStaleChainsFirst === true) t.true(cleanup.commands.length > 0, step.name);
  const plan = planSync(cleanup.next, input);
  const cleaned = applyScript(cleanup.commands.join("\n"), rules);
  const after = applyScript(plan.commands.join("\n"), cleaned);
  return { next: { settings, state: plan.next, rules: after, cluster, nowMs }, plan };
}

function checkStep(t: ExecutionContext, step: GoldenCase, plan: SyncPlan, rules: RuleSet): void {
  if (step.expected) {
    const table = familyOfCase(step) === "ipv4" ? "ip kube-proxy" : "ip6 kube-proxy";
    t.is(normaliseNftables(dumpTable(table, rules)), normaliseNftables(step.expected), step.name);
  }
  if (step.sync !== undefined) t.is(plan.type, step.sync, step.name);
  if (typeof step.expectedTransactionOps === "number") {
    t.is(plan.commands.length, step.expectedTransactionOps, step.name);
  } else if (typeof step.expectedTransactionOps === "string") {
    t.is(plan.commands.length, setupCommands(step) + 14, step.expectedTransactionOps);
  }
  if (step.expectedMetrics) {
    t.deepEqual(
      plan.noLocalEndpoints,
      step.expectedMetrics.sync_proxy_rules_no_local_endpoints_total,
    );
  }
  for (const assertion of step.assertions ?? []) {
    if (assertion.kind !== "elementInServiceIPs") {
      t.fail(`assertion ${assertion.kind} is not of this mode`);
    }
    const keys = [...(rules.sets.get("service-ips")?.elements.keys() ?? [])];
    const found = keys.some((key) => key.startsWith(`${assertion.destination} . `));
    t.is(found, assertion.present, assertion.destination);
  }
  checkFlows(t, step, rules, step.flows);
}

/** How many commands a first sync makes where there are no Services. */
function setupCommands(step: GoldenCase): number {
  const config = configOfCase(step);
  const settings = nftablesSettings(config, nodeOfCase(step), familyOfCase(step));
  const cluster = modelOfCase({ ...step, services: [], endpointSlices: [] }, undefined);
  const rulesOf = cachedServiceRules(settings);
  return planSync(stateOfTable(), { cluster, settings, config, nowMs: 0, rulesOf }).commands.length;
}

/** Deletes what the case says, syncs again and looks at the packets. */
function checkDeletions(t: ExecutionContext, golden: GoldenCase, played: Played): void {
  const deletions = [
    { flows: golden.thenDeleteServices?.flows, left: { ...golden, services: [] } },
    { flows: golden.thenDeleteEndpointSlices?.flows, left: { ...golden, endpointSlices: [] } },
  ];
  for (const { flows, left } of deletions) {
    if (flows === undefined) continue;
    const { next, plan } = play(t, left, played);
    t.is(plan.type, "partial");
    checkFlows(t, golden, next.rules, flows);
  }
}

function checkFlows(
  t: ExecutionContext,
  golden: GoldenCase,
  rules: RuleSet,
  flows: readonly GoldenFlow[],
): void {
  const localAddresses = localAddressesOfCase(golden);
  for (const flow of flows) {
    t.deepEqual(
      outcomeOf(tracePacket(rules, packetOfFlow(flow), { localAddresses })),
      { output: flow.output, masq: flow.masq },
      `${golden.name}: ${flow.name}`,
    );
  }
}

/** As it would be read from a kernel that holds these rules. */
function contentOf({ chains, sets }: RuleSet): TableContent {
  const perService = [...chains].filter(([name]) => name.includes("/"));
  return {
    ...noTable,
    chains: new Set(perService.map(([name]) => name)),
    filledChains: new Set(
      perService.filter(([, { rules }]) => rules.length > 0).map(([name]) => name),
    ),
    elements: new Map(
      containers.flatMap((container) =>
        Array.from(sets.get(container)?.elements ?? [], ([key, { verdict }]) => {
          const value =
            verdict === undefined
              ? ""
              : "chain" in verdict
                ? `${verdict.type} ${verdict.chain}`
                : verdict.type;
          return [`${container} ${key}`, { container, key, value }] as const;
        }),
      ),
    ),
  };
}
