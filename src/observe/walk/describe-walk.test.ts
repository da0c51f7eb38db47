import test from "ava";
import { describeWalk } from "./describe-walk.ts";
import type { Leg, PacketWalk } from "./packet-walk.ts";

const none: Leg = { packet: undefined, passages: [] };

/** Of `PLACE:DEVICE` each. */
const leg = (packet: string, ...at: readonly string[]): Leg => ({
  packet,
  passages: at.map((text) => {
    const [where = "", device = ""] = text.split(":");
    const ends = { source: "10.244.1.2:1", destination: "10.244.2.2:2" };
    return { where, device, direction: "in", afterMs: 0, ...ends, translations: [], tunnels: [] };
  }),
});

function walk(there: Leg, back: Leg, ok = false): PacketWalk {
  const probe = {
    kind: "tcp",
    from: "pod/a",
    to: "pod/b",
    target: "10.244.2.2:2",
    ok,
    attempts: [],
  } as const;
  return { probe, there, back, owners: {}, lost: 0 };
}

const there = leg("TCP SYN", "pod/a:eth0", "node/node01:veth1", "node/node01:eth0");

for (const { is, of } of [
  { is: "no packet left: it was refused before any device", of: walk(none, none) },
  {
    is: "it went pod/a / node/node01 and was last seen at node/node01:eth0, going in",
    of: walk(there, none),
  },
  {
    is: "it went pod/a / node/node01; from node/node01 came ICMP port unreachable",
    of: walk(there, leg("ICMP port unreachable", "node/node01:veth1", "pod/a:eth0")),
  },
  {
    is: "it went pod/a / node/node01, and was answered",
    of: walk(there, leg("TCP SYN, ACK", "node/node01:veth1"), true),
  },
]) {
  test(`a walk in a sentence: ${is}`, (t) => {
    t.is(describeWalk(of), is);
  });
}
