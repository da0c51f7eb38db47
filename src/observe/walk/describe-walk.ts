import type { Leg, PacketWalk } from "./packet-walk.ts";

/**
 * What became of a packet, in a sentence: `it went pod/a / node/node01 / node/node02 and was last seen at node/node02:eth0, going in`.
 */
export function describeWalk({ probe, there, back }: PacketWalk): string {
  if (there.packet === undefined) return "no packet left: it was refused before any device";
  const way = `it went ${machinesOf(there).join(" / ")}`;
  if (probe.ok) return `${way}, and was answered`;
  const last = there.passages.at(-1);
  if (back.packet === undefined) {
    return `${way} and was last seen at ${last?.where}:${last?.device}, going ${last?.direction}`;
  }
  return `${way}; from ${back.passages[0]?.where} came ${back.packet}`;
}

/** Each time that it came to another one. */
export function machinesOf({ passages }: Leg): readonly string[] {
  const places = passages.map(({ where }) => where);
  return places.filter((where, index) => where !== places[index - 1]);
}
