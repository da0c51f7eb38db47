/** iptables mode on the vectors of the real kube-proxy: rule text, and what becomes of packets. */

import { iptablesSettings } from "../../src/components/kube-proxy/iptables/settings.ts";
import {
  type IptablesState,
  initialState,
  planSync,
  type SyncPlan,
} from "../../src/components/kube-proxy/iptables/sync/sync-plan.ts";
import {
  applyPayload,
  chainRules,
  type RuleSet,
} from "../../src/components/kube-proxy/iptables/trace/rule-set.ts";
import { tracePacket } from "../../src/components/kube-proxy/iptables/trace/trace-packet.ts";
import type { ClusterModel } from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import { normaliseIptables } from "./iptables-normal-form.ts";
import type { Judge } from "./judge.ts";
import { judgeFlows } from "./judge-flows.ts";
import { judgeSync } from "./judge-sync.ts";
import {
  configOfCase,
  deletionsOf,
  familyOfCase,
  followers,
  type GoldenAssertion,
  type GoldenCase,
  type GoldenFlow,
  modelOfCase,
  nodeOfCase,
} from "./kube-proxy-case.ts";

/** `golden` and the cases that follow it, on one node. */
export function judgeIptables(golden: GoldenCase, all: readonly GoldenCase[], judge: Judge): void {
  if (golden.expectedForm === "static-input") {
    checkFlows(judge, golden, applyPayload(golden.expected ?? ""), golden.flows);
  } else {
    playSteps(judge, [golden, ...followers(golden, all)]);
  }
}

function playSteps(judge: Judge, steps: readonly GoldenCase[]): void {
  const [first] = steps;
  if (first === undefined) return;
  const settings = iptablesSettings(configOfCase(first), nodeOfCase(first), familyOfCase(first));
  let state = initialState();
  let rules: RuleSet = new Map();
  let nowMs = 0;
  let previous: ClusterModel | undefined;
  for (const step of steps) {
    nowMs += step.staleCleanupDue === false ? 1 : 60_000;
    const cluster = modelOfCase(step, previous);
    // A full sync in the middle of a sequence is one that follows a failure.
    const before = step.sync === "full" ? { ...state, synced: undefined } : state;
    const plan = planSync(before, { cluster, settings, config: configOfCase(step), nowMs });
    rules = applyPayload(plan.payload, rules);
    checkStep(judge, step, plan, rules);
    state = plan.next;
    previous = cluster;
  }
  checkDeletions(judge, steps.at(-1) ?? first, state, rules);
}

function checkStep(judge: Judge, step: GoldenCase, plan: SyncPlan, rules: RuleSet): void {
  const { name } = step;
  if (step.expected) {
    judge("rule text", name, normaliseIptables(withoutJumps(plan.payload)), step.expected);
  }
  judgeSync(judge, step, plan);
  if (step.changedServices) {
    judge("syncs", `${name}: changed`, [...(plan.changed ?? [])], step.changedServices);
  }
  for (const { table, chain, rules: expected } of step.expectedChains ?? []) {
    const texts = chainRules(rules, table, chain).map(({ text }) => text);
    judge("chains", `${name}: ${table} ${chain}`, texts, expected);
  }
  for (const assertion of step.assertions ?? [])
    checkAssertion(judge, assertion, plan.payload, rules);
  checkFlows(judge, step, rules, step.flows);
}

/** Upstream makes jumps and canaries by commands of their own, outside the payload. */
function withoutJumps(payload: string): string {
  return payload
    .replace(/^\*mangle\n(.*\n)*?COMMIT\n/, "")
    .split("\n")
    .filter((line) => !line.startsWith("-I ") && !line.includes("KUBE-PROXY-CANARY"))
    .join("\n");
}

function checkAssertion(
  judge: Judge,
  assertion: GoldenAssertion,
  payload: string,
  rules: RuleSet,
): void {
  const lines = payload.split("\n");
  switch (assertion.kind) {
    case "destinationInKubeServices": {
      const found = chainRules(rules, "nat", "KUBE-SERVICES").some(({ text }) =>
        text.includes(` -d ${assertion.destination} `),
      );
      judge("assertions", assertion.destination, found, assertion.present);
      return;
    }
    case "elementInServiceIPs":
      judge("assertions", "a case of nftables mode", assertion.kind, undefined);
      return;
    case "containsLine":
      judge("assertions", assertion.line, lines.includes(assertion.line), true);
      return;
    case "notContains":
      judge("assertions", `without ${assertion.text}`, payload.includes(assertion.text), false);
      return;
    case "countSEPDNATRules": {
      const dnat = lines.filter((line) => /^-A KUBE-SEP-.* -j DNAT /.test(line));
      const withComment = dnat.filter((line) => line.includes("--comment")).length;
      judge("assertions", "DNAT rules", dnat.length, assertion.count);
      judge("assertions", "DNAT rules with comment", withComment, assertion.withComment);
    }
  }
}

/** Deletes what the case says, syncs again and looks at the packets. */
function checkDeletions(
  judge: Judge,
  golden: GoldenCase,
  state: IptablesState,
  rules: RuleSet,
): void {
  for (const { flows, left } of deletionsOf(golden)) {
    const config = configOfCase(golden);
    const settings =
      state.synced?.settings ?? iptablesSettings(config, nodeOfCase(golden), familyOfCase(golden));
    const cluster = modelOfCase(left, state.synced?.cluster);
    const plan = planSync(state, { cluster, settings, config, nowMs: 3_600_000 - 1 });
    judge("syncs", `${golden.name}: deletion`, plan.type, "partial");
    checkFlows(judge, golden, applyPayload(plan.payload, rules), flows);
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
