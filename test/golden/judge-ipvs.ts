/** ipvs mode on the vectors of the other modes: what becomes of packets. */
import { readIpvsRules } from "../../src/components/kube-proxy/ipvs/trace/read-rules.ts";
import { tracePacket } from "../../src/components/kube-proxy/ipvs/trace/trace-packet.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import { flowsInIpvs, hasIpvs } from "./ipvs-flows.ts";
import type { Judge } from "./judge.ts";
import { judgeFlows } from "./judge-flows.ts";
import {
  configOfCase,
  deletionsOf,
  familyOfCase,
  followers,
  type GoldenCase,
  nodeOfCase,
} from "./kube-proxy-case.ts";

/** `golden` and the cases that follow it: each from nothing, since this mode writes no parts. */
export function judgeIpvs(golden: GoldenCase, all: readonly GoldenCase[], judge: Judge): void {
  for (const each of [golden, ...followers(golden, all)].filter(hasIpvs)) {
    checkFlows(judge, each, flowsInIpvs(each));
    for (const { left, flows } of deletionsOf(each)) checkFlows(judge, left, flows);
  }
}

function checkFlows(judge: Judge, golden: GoldenCase, flows: GoldenCase["flows"]): void {
  const { services, endpointSlices } = golden;
  const options = {
    mode: "ipvs",
    node: nodeOfCase(golden),
    config: configOfCase(golden),
    family: familyOfCase(golden),
  } as const;
  const state = readIpvsRules(rulesFor([...services, ...endpointSlices], options));
  judgeFlows(judge, golden, flows, (packet, node) => tracePacket(state, packet, node));
}
