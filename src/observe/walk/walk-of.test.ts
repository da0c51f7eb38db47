import test from "ava";
import type { InnerPacket } from "./inner-packet.ts";
import type { Leg } from "./packet-walk.ts";
import { type Sighting, type WalkQuestion, walkOf } from "./walk-of.ts";

const client = "10.244.1.2:40000";
const service = "10.96.0.20:80";
const server = "10.244.2.2:8080";
const question: WalkQuestion = {
  where: "pod/default/client",
  transport: "tcp",
  aim: service,
  endpoints: [],
  source: client,
};

const syn = (source: string, destination: string, mark = "syn"): InnerPacket => ({
  ...{ transport: "tcp", source, destination, mark, words: "TCP SYN", opens: true, tunnels: [] },
});
const synAck = (source: string, destination: string): InnerPacket => ({
  ...syn(source, destination, "syn-ack"),
  words: "TCP SYN, ACK",
  opens: false,
});

/** `place device direction packet`, a microsecond apart. */
function seenInTurn(
  ...turns: ReadonlyArray<readonly [at: string, direction: "in" | "out", packet: InnerPacket]>
): readonly Sighting[] {
  return turns.map(([at, direction, packet], turn) => {
    const [where = "", device = ""] = at.split(" ");
    return { where, device, direction, packet, timestampNs: 1_000n * BigInt(turn) };
  });
}

function way({ passages }: Leg): readonly string[] {
  return passages.map(({ where, device, direction, source, destination, translations }) =>
    [`${direction} ${where}:${device} ${source} → ${destination}`, ...translations].join(" "),
  );
}

const there = [
  ["pod/default/client eth0", "out", syn(client, service)],
  ["node/node01 veth1", "in", syn(client, service)],
  ["node/node01 eth0", "out", syn(client, server)],
  ["node/node02 eth0", "in", syn(client, server)],
] as const;
const back = [
  ["node/node02 eth0", "out", synAck(server, client)],
  ["node/node01 eth0", "in", synAck(server, client)],
  ["node/node01 veth1", "out", synAck(service, client)],
  ["pod/default/client eth0", "in", synAck(service, client)],
] as const;

test("a packet is followed through translation, and its answer back", (t) => {
  const walk = walkOf(seenInTurn(...there, ...back), question);
  t.deepEqual(way(walk.there), [
    `out pod/default/client:eth0 ${client} → ${service}`,
    `in node/node01:veth1 ${client} → ${service}`,
    `out node/node01:eth0 ${client} → ${server} DNAT`,
    `in node/node02:eth0 ${client} → ${server}`,
  ]);
  t.deepEqual(way(walk.back), [
    `out node/node02:eth0 ${server} → ${client}`,
    `in node/node01:eth0 ${server} → ${client}`,
    `out node/node01:veth1 ${service} → ${client} DNAT undone`,
    `in pod/default/client:eth0 ${service} → ${client}`,
  ]);
  t.is(walk.there.packet, "TCP SYN");
  t.is(walk.back.packet, "TCP SYN, ACK");
  t.is(walk.back.passages[0]?.afterMs, 0.004);
});

test("a packet that is lost leaves the places where it was seen", (t) => {
  const walk = walkOf(seenInTurn(...there.slice(0, 2)), question);
  t.is(walk.there.passages.length, 2);
  t.deepEqual(walk.back, { packet: undefined, passages: [] });
});

test("an answer that is lost on its way is told from its beginning", (t) => {
  const walk = walkOf(seenInTurn(...there, ...back.slice(0, 2)), question);
  t.deepEqual(way(walk.back).at(-1), `in node/node01:eth0 ${server} → ${client}`);
});

test("an ICMP error answers the packet that it quotes, as it was where it began", (t) => {
  const error: InnerPacket = {
    ...{ transport: "icmp", source: "192.168.0.1", destination: "10.244.1.2", mark: "3/0 syn" },
    ...{ words: "ICMP network unreachable", opens: false, tunnels: [] },
    quoted: { source: client, destination: server },
  };
  const walk = walkOf(
    seenInTurn(...there.slice(0, 3), ["node/node01 eth0", "in", error]),
    question,
  );
  t.is(walk.back.packet, "ICMP network unreachable");
});

test("a datagram that comes back as it was is told from the one that was sent by its time", (t) => {
  const datagram = (source: string, destination: string): InnerPacket => ({
    ...{ transport: "udp", source, destination, mark: "udp hello", words: "UDP, 5 bytes" },
    ...{ opens: true, tunnels: [] },
  });
  const seen = seenInTurn(
    ["pod/default/client eth0", "out", datagram(client, service)],
    ["pod/default/server eth0", "in", datagram(client, server)],
    ["pod/default/server eth0", "out", datagram(server, client)],
    ["pod/default/client eth0", "in", datagram(service, client)],
  );
  const walk = walkOf(seen, { ...question, transport: "udp" });
  t.deepEqual(
    way(walk.there).map((line) => line.split(" ")[1]),
    ["pod/default/client:eth0", "pod/default/server:eth0"],
  );
  t.is(walk.back.passages.length, 2);
});

test("what a packet passes twice, sent again, counts once", (t) => {
  const walk = walkOf(seenInTurn(...there.slice(0, 2), ...there.slice(0, 2)), question);
  t.is(walk.there.passages.length, 2);
});

for (const { title, other } of [
  { title: "to somewhere else", other: syn(client, "10.96.0.21:80") },
  { title: "that answers", other: { ...syn(client, service), opens: false } },
]) {
  test(`a packet ${title} is not the first`, (t) => {
    const walk = walkOf(seenInTurn(["pod/default/client eth0", "out", other]), question);
    t.is(walk.there.packet, undefined);
  });
}

test("of two to the same destination, that with the probe's own port is the first", (t) => {
  const seen = seenInTurn(
    ["pod/default/client eth0", "out", syn("10.244.1.2:1", service, "somebody else's")],
    ...there,
  );
  t.is(walkOf(seen, question).there.passages[0]?.source, client);
});

test("what a node has translated before any device saw it is told of the first passage", (t) => {
  const sent = syn("192.168.0.11:999", server);
  const walk = walkOf(seenInTurn(["node/node01 eth0", "out", sent]), {
    ...question,
    where: "node/node01",
    endpoints: [server, "10.244.2.3:8080"],
  });
  t.deepEqual(way(walk.there), [`out node/node01:eth0 192.168.0.11:999 → ${server} DNAT`]);
});
