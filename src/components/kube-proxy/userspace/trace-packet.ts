/**
 * Follows the first packet of a connection through a node in userspace mode: rules lead it to a proxy port,
 * and there it ends. The relay behind opens a connection of its own, as the node, to the endpoint whose turn it is.
 */
import type { RuleSet } from "../iptables/trace/rule-set.ts";
import { iptablesNode, traceSteps } from "../iptables/trace/trace-packet.ts";
import { isStopped, pathOf, remember, type Step, type Walk } from "../trace/packet-walk.ts";
import type { TracedPacket, TracedPath, TraceOptions } from "../trace/traced-packet.ts";
import { formatRelay, type RelayEntry } from "./relay-table.ts";

/** Every way that the connection may go; their probabilities add up to 1. Affinity never holds: the client is a new one. */
export function tracePacket(
  { rules, relays }: { readonly rules: RuleSet; readonly relays: readonly RelayEntry[] },
  packet: TracedPacket,
  options: TraceOptions,
): readonly TracedPath[] {
  const node = iptablesNode(rules, options);
  return traceSteps(node, packet).flatMap((step) => {
    const { destination, destinationPort, protocol } = step.walk.packet;
    const relay = relays.find(
      (each) => each.protocol === protocol && each.proxyPort === destinationPort,
    );
    if (relay === undefined || isStopped(step) || !node.isLocal(destination)) return [pathOf(step)];
    return relayed(step, relay);
  });
}

function relayed({ walk, ending }: Step, relay: RelayEntry): readonly TracedPath[] {
  const met = remember(walk, { table: "relay", chain: relay.name, text: formatRelay(relay) });
  const isLost = relay.protocol === "udp" && isAnswerLost(walk);
  if (relay.endpoints.length === 0 || isLost) {
    const path = pathOf({ walk: { ...met, target: undefined }, ending });
    // A connection is taken, and ended; a datagram is not answered.
    return [{ ...path, verdict: relay.protocol === "tcp" ? "close" : "drop" }];
  }
  return relay.endpoints.map((target) => {
    const probability = walk.probability / relay.endpoints.length;
    return pathOf({ walk: { ...met, target, masqueraded: true, probability }, ending });
  });
}

/**
 * A relay answers datagrams from whatever address leads to the client: to 127.0.0.1 that is 127.0.0.1, which
 * is not where the client's rule has sent them, and so nobody translates the answer back.
 */
function isAnswerLost({ packet: { source, destination } }: Walk): boolean {
  return source.startsWith("127.") && !destination.startsWith("127.");
}
