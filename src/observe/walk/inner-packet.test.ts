import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import { parseMacAddress } from "../../net/mac-address.ts";
import { encodeIcmp } from "../../wire/packet/internet/icmp.ts";
import { encodeIpv4 } from "../../wire/packet/internet/ipv4.ts";
import { encodeIpv6 } from "../../wire/packet/internet/ipv6.ts";
import { ARP_REQUEST, encodeArp } from "../../wire/packet/link/arp.ts";
import { encodeEthernet } from "../../wire/packet/link/ethernet.ts";
import { LINKTYPE_RAW } from "../../wire/packet/link/link-type.ts";
import { decodePacket } from "../../wire/packet/packet.ts";
import { encodeTcp, TCP_ACK, TCP_SYN } from "../../wire/packet/transport/tcp.ts";
import { encodeUdp } from "../../wire/packet/transport/udp.ts";
import { encodeVxlan } from "../../wire/packet/tunnel/vxlan.ts";
import { type InnerPacket, innerPacket } from "./inner-packet.ts";

const ICMP = 1;
const IPIP = 4;
const TCP = 6;
const UDP = 17;
const nothing = new Uint8Array();
const bytes = (text: string): Uint8Array => Buffer.from(text);

function ip(from: string, to: string, protocol: number, payload: Uint8Array): Uint8Array {
  const ends = { source: ipAddress(from), destination: ipAddress(to) };
  return encodeIpv4({ ...ends, protocol }, payload);
}

function syn(sourcePort: number, destinationPort: number, flags = TCP_SYN): Uint8Array {
  return encodeTcp({ sourcePort, destinationPort, flags, sequence: 7 }, nothing);
}

function udp(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  return encodeUdp({ sourcePort, destinationPort }, payload);
}

function frame(payload: Uint8Array, etherType = 0x0800): Uint8Array {
  const mac = parseMacAddress("02:00:00:00:00:01");
  if (mac === undefined) throw new Error("no MAC address");
  return encodeEthernet({ source: mac, destination: mac, etherType }, payload);
}

function seen(packet: Uint8Array): InnerPacket | undefined {
  return innerPacket(decodePacket(packet, LINKTYPE_RAW));
}

const plain = ip("10.244.1.2", "10.96.0.20", TCP, syn(40_000, 80));
const vxlan = (inner: Uint8Array): Uint8Array =>
  ip("192.168.0.11", "192.168.0.12", UDP, udp(50_000, 8472, encodeVxlan({ vni: 1 }, frame(inner))));

for (const { title, packet, is } of [
  {
    title: "a SYN",
    packet: plain,
    is: {
      words: "TCP SYN",
      source: "10.244.1.2:40000",
      destination: "10.96.0.20:80",
      opens: true,
      tunnels: [],
    },
  },
  {
    title: "a SYN and ACK, which begins nothing",
    packet: ip("10.244.1.2", "10.96.0.20", TCP, syn(40_000, 80, TCP_SYN | TCP_ACK)),
    is: { words: "TCP SYN, ACK", opens: false },
  },
  {
    title: "what VXLAN carries",
    packet: vxlan(plain),
    is: {
      words: "TCP SYN",
      source: "10.244.1.2:40000",
      tunnels: [{ protocol: "VXLAN 1", source: "192.168.0.11", destination: "192.168.0.12" }],
    },
  },
  {
    title: "what IP carries in IP",
    packet: ip("192.168.0.11", "192.168.0.12", IPIP, plain),
    is: {
      destination: "10.96.0.20:80",
      tunnels: [{ protocol: "IPIP", source: "192.168.0.11", destination: "192.168.0.12" }],
    },
  },
  {
    title: "a datagram over IPv6",
    packet: encodeIpv6(
      { source: ipAddress("fd00::1"), destination: ipAddress("fd00::2"), nextHeader: UDP },
      udp(1000, 53, bytes("ask")),
    ),
    is: { words: "UDP, 3 bytes", source: "[fd00::1]:1000", destination: "[fd00::2]:53" },
  },
  {
    title: "an ICMP error, and what it is about",
    packet: ip("10.244.1.1", "10.244.1.2", ICMP, encodeIcmp({ icmpType: 3, code: 3 }, plain)),
    is: {
      words: "ICMP port unreachable",
      source: "10.244.1.1",
      opens: false,
      quoted: { source: "10.244.1.2:40000", destination: "10.96.0.20:80" },
    },
  },
] as const) {
  test(`an inner packet is ${title}`, (t) => {
    const { quoted, ...packetSeen } = seen(packet) ?? t.fail("there is none");
    t.like({ ...packetSeen, ...(quoted && { quoted }) }, is);
  });
}

test("translation and tunnels leave a packet's mark alone", (t) => {
  const translated = ip("192.168.0.11", "10.244.2.2", TCP, syn(1024, 8080));
  t.is(seen(translated)?.mark, seen(plain)?.mark);
  t.is(seen(vxlan(translated))?.mark, seen(plain)?.mark);
  const other = encodeTcp(
    { sourcePort: 40_000, destinationPort: 80, flags: TCP_SYN, sequence: 8 },
    nothing,
  );
  t.not(seen(ip("10.244.1.2", "10.96.0.20", TCP, other))?.mark, seen(plain)?.mark);
});

test("an echo keeps its mark when its identifier is translated, and another echo has another", (t) => {
  const echo = (identifier: number, sequence: number): string | undefined =>
    seen(
      ip(
        "10.0.0.1",
        "10.0.0.2",
        ICMP,
        encodeIcmp({ icmpType: 8, words: [identifier, sequence] }, bytes("abc")),
      ),
    )?.mark;
  t.is(echo(1, 1), echo(2, 1));
  t.not(echo(1, 1), echo(1, 2));
});

test("an ARP question is a packet between the two addresses", (t) => {
  const mac = parseMacAddress("02:00:00:00:00:01");
  if (mac === undefined) return t.fail();
  const question = encodeArp({
    operation: ARP_REQUEST,
    senderMac: mac,
    senderIp: ipAddress("10.244.1.2"),
    targetMac: mac,
    targetIp: ipAddress("10.244.1.1"),
  });
  const packet = innerPacket(decodePacket(frame(question, 0x0806), 1));
  t.like(packet, {
    transport: "arp",
    source: "10.244.1.2",
    destination: "10.244.1.1",
    opens: true,
  });
});

test("what is no packet of IP is none", (t) => {
  t.is(innerPacket(decodePacket(frame(bytes("hello"), 0x88b5), 1)), undefined);
});
