/** Real packets through kube-proxy's rules: each flow of the sample cluster must fare as the tracer says, in each mode. */
import test, { type ExecutionContext } from "ava";
import type { ProxyMode } from "../../src/components/kube-proxy/model/config.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import {
  type SampleFlow,
  sampleConfigOf,
  sampleNode,
  sampleServices,
  sampleSlices,
} from "../../src/components/kube-proxy/sample-cluster.ts";
import { sampleFlowsOf } from "../../src/components/kube-proxy/sample-flows.ts";
import { SocketError } from "../../src/kernel/socket-error.ts";
import { impatientMs, SampleNode } from "./sample-node.ts";

/** Three endpoints are all met in so many tries but for one case in ten millions. */
const tries = 45;
const modes = ["iptables", "nftables"] as const;
/** A Service without a rule for these answers on the node itself, or nobody does. */
const onNode: readonly string[] = [...sampleNode.addresses, "127.0.0.1"];

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
      if (typeof flow.outcome === "string") await checkVerdict(t, node, flow);
      else await checkTargets(t, node, flow, flow.outcome);
    });
  }
}

async function checkTargets(
  t: ExecutionContext,
  node: SampleNode,
  flow: SampleFlow,
  targets: readonly string[],
): Promise<void> {
  const seen = new Set<string>();
  for (let count = 0; count < tries; count++) {
    const { server, sawClient } = await (flow.protocol === "udp"
      ? node.askUdp(flow)
      : node.askTcp(flow));
    seen.add(server);
    if (!flow.masqueraded) t.is(sawClient, flow.from);
    else t.true((sampleNode.addresses as readonly string[]).includes(sawClient), sawClient);
  }
  // With affinity one client meets one endpoint, whichever it was first.
  const expected = flow.to === "10.96.0.21" ? [...seen].slice(0, 1) : targets;
  t.deepEqual([...seen].sort(), [...expected].sort());
  for (const server of seen) t.true(targets.includes(server));
}

async function checkVerdict(
  t: ExecutionContext,
  node: SampleNode,
  flow: SampleFlow,
): Promise<void> {
  const before = node.strays(flow.to);
  const isLost = flow.outcome === "drop" || (flow.outcome === "pass" && !onNode.includes(flow.to));
  const attempt = node.askTcp({ ...flow, ...(isLost && { patienceMs: impatientMs }) });
  if (flow.port === 32000) {
    // Somebody listens: whether a rule lets it in or none stands in the way.
    t.is((await attempt).sawClient, flow.from);
    return;
  }
  const error = await t.throwsAsync(attempt, { instanceOf: SocketError });
  const expected = flow.outcome === "reject" ? "unreachable" : "timed out";
  // On the node itself nobody listens, and its kernel says so.
  const isRefused = flow.outcome === "pass" && onNode.includes(flow.to);
  t.is(error?.reason, isRefused ? "refused" : expected);
  // What no rule concerns goes on along the default route; what a rule stops does not.
  const strayed = node.strays(flow.to) > before;
  t.is(strayed, flow.outcome === "pass" && !onNode.includes(flow.to));
}
