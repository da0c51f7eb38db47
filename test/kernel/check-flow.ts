/** Whether a flow of the sample cluster fares as it must, by packets. */
import type { ExecutionContext } from "ava";
import type { SampleFlow } from "../../src/components/kube-proxy/testing/sample-flows.ts";
import { sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { impatientMs, type SampleNode } from "./sample-node.ts";

/** A Service without a rule for these answers on the node itself, or nobody does. */
const onNode: readonly string[] = [...sampleNode.addresses, "127.0.0.1"];

/** @param tries enough for every endpoint to be met. */
export async function checkFlow(
  t: ExecutionContext,
  node: SampleNode,
  { flow, tries }: { readonly flow: SampleFlow; readonly tries: number },
): Promise<void> {
  if (typeof flow.outcome === "string") await checkVerdict(t, node, flow);
  else await checkTargets(t, node, { flow, targets: flow.outcome, tries });
}

async function checkTargets(
  t: ExecutionContext,
  node: SampleNode,
  {
    flow,
    targets,
    tries,
  }: {
    readonly flow: SampleFlow;
    readonly targets: readonly string[];
    readonly tries: number;
  },
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
