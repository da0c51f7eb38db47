/**
 * Follows the first packet of a connection through a node in ipvs mode:
 *
 *     from another machine or a pod:   nat PREROUTING; to an address of the node, Services' among them,
 *                                      filter INPUT, and then IPVS
 *     from the node itself:            nat OUTPUT, and then IPVS
 *     what IPVS sends on:              filter OUTPUT and nat POSTROUTING, wherever it came from
 *
 * and where no virtual server is meant, as in iptables mode. A scheduler's choice parts the ways: each real server of weight
 * is one, with its part of all connections, whether they are dealt out in turn, by load or by hash. Persistence
 * never holds, since the client is a new one.
 *
 * @see Linux: net/netfilter/ipvs/ip_vs_core.c (ip_vs_ops4, ip_vs_leave), ip_vs_xmit.c (ip_vs_nat_send_or_cont)
 */
import {
  type Hook,
  hooksAfterNat,
  passHooks,
  runHook,
  type TracedNode,
} from "../../iptables/trace/trace-packet.ts";
import {
  isStopped,
  localityOf,
  pathOf,
  remember,
  type Step,
  startWalk,
  translate,
  type Walk,
} from "../../trace/packet-walk.ts";
import type { TracedPacket, TracedPath, TraceOptions } from "../../trace/traced-packet.ts";
import { type IpvsRules, isInSet, type ReadServer, serverFor } from "./read-rules.ts";

/** Every way that the packet may go; their probabilities add up to 1. */
export function tracePacket(
  state: IpvsRules,
  packet: TracedPacket,
  options: TraceOptions,
): readonly TracedPath[] {
  const isLocal = localityOf(options, state.bound);
  const node: TracedNode = {
    rules: state.rules,
    isLocal,
    isInSet: (name, flags, each) => isInSet(state, name, flags, each),
    redirectsTo: undefined,
  };
  const steps = isLocal(packet.source)
    ? fromNode(state, node, startWalk(packet))
    : fromElsewhere(state, node, startWalk(packet));
  return steps.map(pathOf);
}

const natPrerouting: Hook = { table: "nat", chain: "PREROUTING" };
const natOutput: Hook = { table: "nat", chain: "OUTPUT" };
const filterOutput: Hook = { table: "filter", chain: "OUTPUT" };
const natPostrouting: Hook = { table: "nat", chain: "POSTROUTING" };

function fromNode(state: IpvsRules, node: TracedNode, start: Walk): readonly Step[] {
  return runHook(node, natOutput, start).flatMap(({ walk }) => {
    const server = serverFor(state, walk.packet);
    if (server === undefined) return passHooks(node, hooksAfterNat(walk, node.isLocal), walk);
    return schedule(server, walk).flatMap((step) =>
      isStopped(step) ? [step] : passHooks(node, hooksAfterNat(step.walk, node.isLocal), step.walk),
    );
  });
}

function fromElsewhere(state: IpvsRules, node: TracedNode, start: Walk): readonly Step[] {
  return runHook(node, natPrerouting, start).flatMap(({ walk }) => {
    const arrived = passHooks(node, hooksAfterNat(walk, node.isLocal), walk);
    const server = serverFor(state, walk.packet);
    if (server === undefined || !node.isLocal(walk.packet.destination)) return arrived;
    return arrived.flatMap((step) =>
      isStopped(step)
        ? [step]
        : schedule(server, step.walk).flatMap((sent) => sendOn(node, sent, step.ending)),
    );
  });
}

/** To the node's own process it goes no further; to others, out through the hooks of what the node itself sends. */
function sendOn(node: TracedNode, sent: Step, before: Step["ending"]): readonly Step[] {
  if (isStopped(sent)) return [sent];
  if (node.isLocal(sent.walk.packet.destination)) return [{ walk: sent.walk, ending: before }];
  return passHooks(node, [filterOutput, natPostrouting], sent.walk);
}

/** Without a real server that takes connections, IPVS itself tells the client: port unreachable. */
function schedule({ key, command, realServers }: ReadServer, walk: Walk): readonly Step[] {
  const met = remember(walk, { table: "ipvs", chain: key, text: command });
  const total = realServers.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [{ walk: met, ending: "reject" }];
  return realServers
    .filter(({ weight }) => weight > 0)
    .map((real) => {
      const chosen = remember(met, { table: "ipvs", chain: key, text: real.command });
      const probability = walk.probability * (real.weight / total);
      const sent = { ...translate(chosen, real.text), virtualServer: key, probability };
      return { walk: sent, ending: undefined };
    });
}
