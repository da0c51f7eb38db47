/**
 * Finds one packet among all that was seen on all wires of a lab, and what came back for it.
 *
 * Translation changes a packet's addresses and tunnels hide them, so it is known by what they leave alone, its mark. An
 * answer begins where the packet was: on the same device, the other way, its ends exchanged, or quoting it.
 */
import type { Ends, InnerPacket } from "./inner-packet.ts";
import type { Leg, PacketWalk, Passage, Translation } from "./packet-walk.ts";

/** One packet on one device. */
export interface Sighting extends Pick<Passage, "where" | "device" | "direction"> {
  readonly timestampNs: bigint;
  readonly packet: InnerPacket;
}

/** What is known of the packet before it is seen. */
export interface WalkQuestion {
  /** Where it starts. */
  readonly where: string;
  readonly transport: InnerPacket["transport"];
  /** What it was sent to. */
  readonly aim: string;
  /** What its own machine may have made of that before it leaves. */
  readonly endpoints: readonly string[];
  /** Where it comes from, unless its own machine translates that. */
  readonly source?: string | undefined;
}

/** `seen` in the order of the times. */
export function walkOf(
  seen: readonly Sighting[],
  question: WalkQuestion,
): Pick<PacketWalk, "there" | "back"> {
  const first = firstOf(seen, question);
  if (first === undefined) return { there: noLeg, back: noLeg };
  const same = seen.filter(
    ({ packet, timestampNs }) =>
      packet.mark === first.packet.mark && timestampNs >= first.timestampNs,
  );
  const answer = seen.find((one) => same.some((request) => isAnswer(one, request)));
  // A datagram may come back as it was: then it is time that tells the two apart.
  const there = same.filter((one) => answer === undefined || one.timestampNs < answer.timestampNs);
  const back = seen.filter(
    ({ packet, timestampNs }) =>
      answer !== undefined &&
      packet.mark === answer.packet.mark &&
      timestampNs >= answer.timestampNs,
  );
  const startNs = first.timestampNs;
  return {
    there: legOf(there, { startNs, destination: question.aim, ...thither }),
    back: legOf(back, { startNs, ...hither }),
  };
}

const thither = { ofSource: "SNAT", ofDestination: "DNAT" } as const;
const hither = { ofSource: "DNAT undone", ofDestination: "SNAT undone" } as const;

const noLeg: Leg = { packet: undefined, passages: [] };

function firstOf(
  seen: readonly Sighting[],
  { where, transport, aim, endpoints, source }: WalkQuestion,
): Sighting | undefined {
  const destinations = new Set([aim, ...endpoints]);
  const possible = seen.filter(
    ({ packet, ...at }) =>
      at.where === where &&
      at.direction === "out" &&
      packet.opens &&
      packet.transport === transport &&
      destinations.has(packet.destination),
  );
  return possible.find(({ packet }) => packet.source === source) ?? possible[0];
}

function isAnswer(one: Sighting, request: Sighting): boolean {
  const { packet } = one;
  return (
    one.timestampNs >= request.timestampNs &&
    one.where === request.where &&
    one.device === request.device &&
    one.direction !== request.direction &&
    (isExchanged(packet, request.packet) || isSame(packet.quoted, request.packet))
  );
}

function isExchanged(
  answer: InnerPacket,
  { transport, source, destination }: InnerPacket,
): boolean {
  return (
    answer.transport === transport &&
    answer.source === destination &&
    answer.destination === source &&
    // A machine that asks itself has both ends alike: only what begins nothing, or a datagram, is an answer.
    (!answer.opens || transport === "udp")
  );
}

function isSame(quoted: Ends | undefined, { source, destination }: Ends): boolean {
  return quoted?.source === source && quoted.destination === destination;
}

interface LegFacts {
  readonly startNs: bigint;
  /** That of the packet before its first passage, where it is known. */
  readonly destination?: string;
  readonly ofSource: Translation;
  readonly ofDestination: Translation;
}

/** A packet that was sent again passes every device twice: the first time counts. */
function legOf(sightings: readonly Sighting[], facts: LegFacts): Leg {
  const firsts = new Map<string, Sighting>();
  for (const one of sightings) {
    const key = `${one.where} ${one.device} ${one.direction}`;
    if (!firsts.has(key)) firsts.set(key, one);
  }
  let before: Partial<Ends> = { ...(facts.destination && { destination: facts.destination }) };
  const passages: Passage[] = [];
  for (const { timestampNs, packet, ...at } of firsts.values()) {
    const { source, destination, tunnels } = packet;
    const translations = [
      ...((before.source ?? source) === source ? [] : [facts.ofSource]),
      ...((before.destination ?? destination) === destination ? [] : [facts.ofDestination]),
    ];
    const afterMs = Number(timestampNs - facts.startNs) / 1e6;
    passages.push({ ...at, afterMs, source, destination, translations, tunnels });
    before = packet;
  }
  return { packet: sightings[0]?.packet.words, passages };
}
