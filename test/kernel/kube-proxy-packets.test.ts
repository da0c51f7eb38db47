/** Real packets through kube-proxy's rules: each flow of the sample cluster must fare as the tracer says, in each mode. */
import test from "ava";
import type { ProxyMode } from "../../src/components/kube-proxy/config/config.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import { sampleFlowsOf } from "../../src/components/kube-proxy/testing/mode-flows.ts";
import { sampleConfigOf, sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleServices,
  sampleSlices,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { checkFlow } from "./check-flow.ts";
import { SampleNode } from "./sample-node.ts";

/** Three endpoints are all met in so many tries but for one case in ten millions. */
const tries = 45;
const modes = ["iptables", "nftables"] as const;

const nodes = new Map<ProxyMode, SampleNode>(
  modes.map((mode) => [mode, new SampleNode(mode, sampleConfigOf(mode))]),
);

test.before(async () => {
  for (const [mode, node] of nodes) {
    node.answerTcp("node01", 32000);
    const config = sampleConfigOf(mode);
    const rules = rulesFor([...sampleServices, ...sampleSlices], {
      mode,
      node: sampleNode,
      config,
    });
    await (mode === "iptables" ? node.kernel.iptablesRestore(rules) : node.kernel.nftApply(rules));
    for (const to of new Set(sampleFlowsOf(mode).map((flow) => flow.to))) node.watchStrays(to);
  }
});

test.after.always(() => {
  for (const node of nodes.values()) node[Symbol.dispose]();
});

for (const [mode, node] of nodes) {
  for (const flow of sampleFlowsOf(mode)) {
    // A packet to 127.0.0.1 leaves no machine by itself; who forges one needs a raw socket.
    if (flow.to.startsWith("127.") && flow.from !== flow.to) continue;
    test.serial(`${mode}: ${flow.from} to ${flow.to}:${flow.port}: ${flow.title}`, async (t) => {
      await checkFlow(t, node, { flow, tries });
    });
  }
}
