/** iptables mode against the tests of the real kube-proxy: rule text, and what becomes of packets. */
import test, { type ExecutionContext } from "ava";
import {
  applyPayload,
  chainRules,
  type RuleSet,
} from "../../src/components/kube-proxy/iptables/rule-set.ts";
import { iptablesSettings } from "../../src/components/kube-proxy/iptables/settings.ts";
import {
  type IptablesState,
  initialState,
  planSync,
  type SyncPlan,
} from "../../src/components/kube-proxy/iptables/sync-plan.ts";
import { tracePacket } from "../../src/components/kube-proxy/iptables/trace-packet.ts";
import type { ClusterModel } from "../../src/components/kube-proxy/model/cluster-model.ts";
import { listGolden, readGolden, withGoldenFolder } from "./golden-folder.ts";
import { normaliseIptables } from "./iptables-normal-form.ts";
import {
  configOfCase,
  familyOfCase,
  followers,
  type GoldenAssertion,
  type GoldenCase,
  type GoldenFlow,
  localAddressesOfCase,
  modelOfCase,
  nodeOfCase,
  outcomeOf,
  packetOfFlow,
} from "./kube-proxy-case.ts";

withGoldenFolder("kube-proxy iptables", (folder) => {
  const cases = listGolden(folder, /^iptables-.*\.json$/).map((name) =>
    readGolden<GoldenCase>(folder, name),
  );

  test("there are upstream cases", (t) => {
    t.is(cases.length, 66);
  });

  for (const golden of cases) {
    if (golden.previousCase) continue;
    const steps = [golden, ...followers(golden, cases)];
    test(`upstream: ${golden.name}${golden.title ? ` (${golden.title})` : ""}`, (t) => {
      if (golden.expectedForm === "static-input") {
        checkFlows(t, golden, applyPayload(golden.expected ?? ""), golden.flows);
      } else {
        playSteps(t, steps);
      }
    });
  }
});

function playSteps(t: ExecutionContext, steps: readonly GoldenCase[]): void {
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
    checkStep(t, step, plan, rules);
    state = plan.next;
    previous = cluster;
  }
  checkDeletions(t, steps.at(-1) ?? first, state, rules);
}

function checkStep(t: ExecutionContext, step: GoldenCase, plan: SyncPlan, rules: RuleSet): void {
  if (step.expected) t.is(normaliseIptables(withoutJumps(plan.payload)), step.expected, step.name);
  if (step.sync !== undefined) t.is(plan.type, step.sync, step.name);
  if (step.changedServices) t.deepEqual([...(plan.changed ?? [])], step.changedServices, step.name);
  for (const { table, chain, rules: expected } of step.expectedChains ?? []) {
    t.deepEqual(
      chainRules(rules, table, chain).map(({ text }) => text),
      expected,
      `${table} ${chain}`,
    );
  }
  if (step.expectedMetrics) {
    t.deepEqual(
      plan.noLocalEndpoints,
      step.expectedMetrics.sync_proxy_rules_no_local_endpoints_total,
    );
  }
  for (const assertion of step.assertions ?? []) checkAssertion(t, assertion, plan.payload, rules);
  checkFlows(t, step, rules, step.flows);
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
  t: ExecutionContext,
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
      return void t.is(found, assertion.present);
    }
    case "elementInServiceIPs":
      return void t.fail("a case of nftables mode");
    case "containsLine":
      return void t.true(lines.includes(assertion.line), assertion.line);
    case "notContains":
      return void t.false(payload.includes(assertion.text), assertion.text);
    case "countSEPDNATRules": {
      const dnat = lines.filter((line) => /^-A KUBE-SEP-.* -j DNAT /.test(line));
      t.is(dnat.length, assertion.count);
      t.is(dnat.filter((line) => line.includes("--comment")).length, assertion.withComment);
    }
  }
}

/** Deletes what the case says, syncs again and looks at the packets. */
function checkDeletions(
  t: ExecutionContext,
  golden: GoldenCase,
  state: IptablesState,
  rules: RuleSet,
): void {
  const deletions = [
    { flows: golden.thenDeleteServices?.flows, left: { ...golden, services: [] } },
    { flows: golden.thenDeleteEndpointSlices?.flows, left: { ...golden, endpointSlices: [] } },
  ];
  for (const { flows, left } of deletions) {
    if (flows === undefined) continue;
    const config = configOfCase(golden);
    const settings =
      state.synced?.settings ?? iptablesSettings(config, nodeOfCase(golden), familyOfCase(golden));
    const cluster = modelOfCase(left, state.synced?.cluster);
    const plan = planSync(state, { cluster, settings, config, nowMs: 3_600_000 - 1 });
    t.is(plan.type, "partial");
    checkFlows(t, golden, applyPayload(plan.payload, rules), flows);
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
