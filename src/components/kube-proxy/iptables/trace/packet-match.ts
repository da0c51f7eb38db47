/** Whether a rule fits a packet. */
import { contains } from "../../../../net/cidr.ts";
import type { Walk } from "../../trace/packet-walk.ts";
import type { IsLocal, TracedPacket } from "../../trace/traced-packet.ts";
import type { Match, Rule, SetFlag } from "./rule.ts";

/** What a node is to a rule, besides the packet. */
export interface NodeView {
  readonly isLocal: IsLocal;
  /** Whether the packet's fields, by the flags, are an entry of an ipset. @throws RulesError when there is no such set. */
  readonly isInSet: (name: string, flags: readonly SetFlag[], packet: TracedPacket) => boolean;
}

/** 1 when the rule fits, 0 when it does not, between when dice decide. */
export function matchRule({ matches }: Rule, walk: Walk, node: NodeView): number {
  let probability = 1;
  for (const match of matches) {
    if (match.type === "probability") probability *= match.probability;
    else if (!isMatch(match, walk, node)) return 0;
  }
  return probability;
}

function isMatch(
  match: Exclude<Match, { type: "probability" }>,
  { packet, mark, target, virtualServer }: Walk,
  { isLocal, isInSet }: NodeView,
): boolean {
  switch (match.type) {
    case "source":
      return contains(match.block, packet.source) !== match.negated;
    case "destination":
      return contains(match.block, packet.destination) !== match.negated;
    case "inInterface":
      return isInterface(match.name, packet.inInterface) !== match.negated;
    case "protocol":
      return match.protocol === packet.protocol;
    case "destinationPort":
      return match.port === packet.destinationPort;
    case "sourceIsLocal":
      return isLocal(packet.source) !== match.negated;
    case "destinationIsLocal":
      return isLocal(packet.destination) !== match.negated;
    case "mark":
      return ((mark & match.mask) === match.value) !== match.negated;
    case "ctstate":
      return hasState(match.states, target) !== match.negated;
    case "recent":
      return match.action === "set";
    case "set":
      return isInSet(match.name, match.flags, packet);
    case "inByBridgePort":
      // Only a kernel with br_netfilter knows ports of bridges at these hooks, and a lab's has it not.
      return match.negated;
    case "virtualServer":
      return match.key === virtualServer;
  }
}

/** A first packet is NEW, and DNAT besides once it was translated; never INVALID, RELATED or ESTABLISHED. */
function hasState(states: readonly string[], target: string | undefined): boolean {
  return states.includes("NEW") || (target !== undefined && states.includes("DNAT"));
}

function isInterface(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return pattern.endsWith("+") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
