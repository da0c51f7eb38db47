/** nftables mode on the vectors of the real kube-proxy: the table's text, its steps, and what becomes of packets. */
import type { ClusterModel } from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import { containers } from "../../src/components/kube-proxy/nftables/fixed-rules/containers.ts";
import { elementId } from "../../src/components/kube-proxy/nftables/service-rules/elements.ts";
import { cachedServiceRules } from "../../src/components/kube-proxy/nftables/service-rules/rules-cache.ts";
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
} from "../../src/components/kube-proxy/nftables/sync/sync-plan.ts";
import {
  noTable,
  type TableContent,
} from "../../src/components/kube-proxy/nftables/sync/table-content.ts";
import {
  applyScript,
  emptyRuleSet,
  type RuleSet,
} from "../../src/components/kube-proxy/nftables/trace/rule-set.ts";
import { tracePacket } from "../../src/components/kube-proxy/nftables/trace/trace-packet.ts";
import type { Judge } from "./judge.ts";
import { judgeFlows } from "./judge-flows.ts";
import { judgeSync } from "./judge-sync.ts";
import {
  configOfCase,
  deletionsOf,
  familyOfCase,
  followers,
  type GoldenCase,
  type GoldenFlow,
  modelOfCase,
  nodeOfCase,
} from "./kube-proxy-case.ts";
import { dumpTable, inLoadOrder, normaliseNftables } from "./nftables-normal-form.ts";

/** `golden` and the cases that follow it, on one node. */
export function judgeNftables(golden: GoldenCase, all: readonly GoldenCase[], judge: Judge): void {
  playSteps(judge, [golden, ...followers(golden, all)]);
}

/** A node on which cases are played one after the other. */
interface Played {
  readonly settings: NftablesSettings;
  readonly state: NftablesState;
  readonly rules: RuleSet;
  readonly cluster: ClusterModel | undefined;
  readonly nowMs: number;
}

function playSteps(judge: Judge, steps: readonly GoldenCase[]): void {
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
    const { next, plan } = play(judge, step, played);
    checkStep(judge, step, plan, next.rules);
    played = next;
  }
  checkDeletions(judge, steps.at(-1) ?? first, played);
}

function play(
  judge: Judge,
  step: GoldenCase,
  { settings, state, rules, cluster: previous, nowMs: before }: Played,
): { readonly next: Played; readonly plan: SyncPlan } {
  // Less than what a stale chain waits, or more.
  const nowMs = before + (step.ageStaleChainsFirst === true ? 2_000 : 10);
  const cluster = modelOfCase(step, previous);
  const rulesOf = cachedServiceRules(settings);
  const input = { cluster, settings, config: configOfCase(step), nowMs, rulesOf };
  const cleanup = dueDeletions(state, input);
  if (step.ageStaleChainsFirst === true) {
    judge("syncs", `${step.name}: stale chains are due`, cleanup.script !== "", true);
  }
  const plan = planSync(cleanup.next, input);
  const cleaned = applyScript(cleanup.script, rules);
  const after = applyScript(plan.script, cleaned);
  return { next: { settings, state: plan.next, rules: after, cluster, nowMs }, plan };
}

function checkStep(judge: Judge, step: GoldenCase, plan: SyncPlan, rules: RuleSet): void {
  const { name, expectedTransactionOps: operations } = step;
  if (step.expected) {
    const table = familyOfCase(step) === "ipv4" ? "ip kube-proxy" : "ip6 kube-proxy";
    const text = normaliseNftables(dumpTable(table, rules));
    judge("rule text", name, text, normaliseNftables(step.expected));
  }
  judgeSync(judge, step, plan);
  if (typeof operations === "number" || typeof operations === "string") {
    const count = typeof operations === "number" ? operations : setupCommands(step) + 14;
    judge("syncs", `${name}: ${operations}`, plan.operations, count);
  }
  for (const assertion of step.assertions ?? []) {
    if (assertion.kind !== "elementInServiceIPs") {
      judge("assertions", "is of this mode", assertion.kind, "elementInServiceIPs");
      continue;
    }
    const keys = [...(rules.sets.get("service-ips")?.elements.keys() ?? [])];
    const found = keys.some((key) => key.startsWith(`${assertion.destination} . `));
    judge("assertions", assertion.destination, found, assertion.present);
  }
  checkFlows(judge, step, rules, step.flows);
}

/** How many commands a first sync makes where there are no Services. */
function setupCommands(step: GoldenCase): number {
  const config = configOfCase(step);
  const settings = nftablesSettings(config, nodeOfCase(step), familyOfCase(step));
  const cluster = modelOfCase({ ...step, services: [], endpointSlices: [] }, undefined);
  const rulesOf = cachedServiceRules(settings);
  return planSync(stateOfTable(), { cluster, settings, config, nowMs: 0, rulesOf }).operations;
}

/** Deletes what the case says, syncs again and looks at the packets. */
function checkDeletions(judge: Judge, golden: GoldenCase, played: Played): void {
  for (const { flows, left } of deletionsOf(golden)) {
    const { next, plan } = play(judge, left, played);
    judge("syncs", `${golden.name}: deletion`, plan.type, "partial");
    checkFlows(judge, golden, next.rules, flows);
  }
}

function checkFlows(
  judge: Judge,
  golden: GoldenCase,
  rules: RuleSet,
  flows: readonly GoldenFlow[],
): void {
  judgeFlows(judge, golden, flows, (packet, options) => tracePacket(rules, packet, options));
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
          const id = elementId(container, key);
          return [id, { id, value }] as const;
        }),
      ),
    ),
  };
}
