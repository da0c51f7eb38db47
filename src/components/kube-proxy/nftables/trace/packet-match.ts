/** Whether a rule fits a packet. */
import { contains } from "../../../../net/cidr.ts";
import type { IpAddress } from "../../../../net/ip-address.ts";
import type { Walk } from "../../trace/packet-walk.ts";
import type { IsLocal, TracedPacket } from "../../trace/traced-packet.ts";
import type { Match, Rule } from "./rule.ts";
import type { RuleSet } from "./rule-set.ts";

export interface TracedNode {
  readonly rules: RuleSet;
  readonly isLocal: IsLocal;
}

export function matchRule({ matches }: Rule, walk: Walk, node: TracedNode): boolean {
  return matches.every((match) => isMatch(match, walk, node));
}

function isMatch(match: Match, { packet, mark }: Walk, { rules, isLocal }: TracedNode): boolean {
  switch (match.type) {
    case "address":
      return (
        match.blocks.some((block) => contains(block, addressOf(match, packet))) !== match.negated
      );
    case "set":
      return isElement(match, packet, rules);
    case "inInterface":
      return isInterface(match.name, packet.inInterface) !== match.negated;
    case "protocol":
      return match.protocol === packet.protocol;
    case "isLocal":
      return isLocal(addressOf(match, packet));
    case "mark":
      return (mark & match.mask) === match.value;
    case "ctstate":
      // The first packet of a connection.
      return match.state === "new";
  }
}

function addressOf(
  { side }: { readonly side: "source" | "destination" },
  packet: TracedPacket,
): IpAddress {
  return packet[side];
}

/** A set that rules fill, of clients that stick to an endpoint, has no elements: the client is a new one. */
function isElement(
  match: Extract<Match, { type: "set" }>,
  packet: TracedPacket,
  { sets }: RuleSet,
): boolean {
  return sets.get(match.set)?.elements.has(addressOf(match, packet)) ?? false;
}

function isInterface(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
