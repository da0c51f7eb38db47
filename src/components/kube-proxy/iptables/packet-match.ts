/** Whether a rule fits a packet. */
import { contains } from "../../../net/cidr.ts";
import type { IsLocal, TracedPacket } from "../model/traced-packet.ts";
import type { Match, Rule } from "./rule.ts";

/** What rules can see of a packet on its way: it changes as they act on it. */
export interface PacketState {
  readonly packet: TracedPacket;
  readonly mark: number;
  /** Where DNAT has sent it, `ip:port`. */
  readonly target: string | undefined;
}

/** 1 when the rule fits, 0 when it does not, between when dice decide. */
export function matchRule({ matches }: Rule, state: PacketState, isLocal: IsLocal): number {
  let probability = 1;
  for (const match of matches) {
    if (match.type === "probability") probability *= match.probability;
    else if (!isMatch(match, state, isLocal)) return 0;
  }
  return probability;
}

function isMatch(
  match: Exclude<Match, { type: "probability" }>,
  { packet, mark, target }: PacketState,
  isLocal: IsLocal,
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
      return isLocal(packet.source);
    case "destinationIsLocal":
      return isLocal(packet.destination);
    case "mark":
      return ((mark & match.mask) === match.value) !== match.negated;
    case "ctstate":
      return hasState(match.states, target) !== match.negated;
    case "recent":
      return match.action === "set";
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
