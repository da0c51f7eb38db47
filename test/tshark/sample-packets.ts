/** One packet of every kind that podwire meets, and of each way in which they nest. */
import { ipAddress } from "../../src/net/ip-address.ts";
import { parseMacAddress } from "../../src/net/mac-address.ts";
import type { AddressPair } from "../../src/wire/packet/checksum.ts";
import { encodeDnsQuery, prefixDnsLength } from "../../src/wire/packet/dns/encode.ts";
import { encodeIcmp } from "../../src/wire/packet/internet/icmp.ts";
import { encodeIcmpv6 } from "../../src/wire/packet/internet/icmpv6.ts";
import { encodeIpv4, type Ipv4Fields } from "../../src/wire/packet/internet/ipv4.ts";
import { encodeIpv6 } from "../../src/wire/packet/internet/ipv6.ts";
import { ARP_REPLY, ARP_REQUEST, encodeArp } from "../../src/wire/packet/link/arp.ts";
import { encodeEthernet } from "../../src/wire/packet/link/ethernet.ts";
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from "../../src/wire/packet/link/link-type.ts";
import { encodeTcp, TCP_ACK, TCP_PSH, TCP_SYN } from "../../src/wire/packet/transport/tcp.ts";
import { encodeUdp } from "../../src/wire/packet/transport/udp.ts";
import { encodeVxlan } from "../../src/wire/packet/tunnel/vxlan.ts";
import type { SamplePacket } from "./tshark-fields.ts";

const pods: AddressPair = { source: ipAddress("10.244.1.2"), destination: ipAddress("10.244.2.3") };
const nodes: AddressPair = {
  source: ipAddress("192.168.0.16"),
  destination: ipAddress("192.168.0.18"),
};
const pods6: AddressPair = {
  source: ipAddress("fd00:244:1::2"),
  destination: ipAddress("fd00:244:2::3"),
};
const source = mac("02:00:00:00:00:01");
const destination = mac("02:00:00:00:00:02");
/** Ports that neither program knows a protocol for. */
const ports = { sourcePort: 40_312, destinationPort: 40_080 };
const text = new TextEncoder().encode("hello");
const nothing = new Uint8Array();

const frame = (etherType: number, inner: Uint8Array): Uint8Array =>
  encodeEthernet({ source, destination, etherType }, inner);
const ip = (protocol: number, inner: Uint8Array, more: Partial<Ipv4Fields> = {}): Uint8Array =>
  encodeIpv4({ ...pods, identification: 0x1234, protocol, ...more }, inner);
const ip4 = (protocol: number, inner: Uint8Array, more: Partial<Ipv4Fields> = {}): Uint8Array =>
  frame(0x0800, ip(protocol, inner, more));
const bare6 = (nextHeader: number, inner: Uint8Array): Uint8Array =>
  encodeIpv6({ ...pods6, nextHeader }, inner);
const ip6 = (nextHeader: number, inner: Uint8Array): Uint8Array =>
  frame(0x86dd, bare6(nextHeader, inner));
const udp = encodeUdp({ ...ports, addresses: pods }, text);
const udp6 = encodeUdp({ ...ports, addresses: pods6 }, text);
const tcp = encodeTcp(
  { ...ports, flags: TCP_PSH | TCP_ACK, sequence: 7, acknowledgement: 9, addresses: pods },
  text,
);
const synOptions = bytes("020405b4 0402 080a 00000064 00000000 01 030307");
const syn = encodeTcp(
  { ...ports, flags: TCP_SYN, sequence: 0xffff_fff0, window: 64_240, options: synOptions },
  nothing,
);
const tunnel = (port: number, vni: number, inner: Uint8Array): Uint8Array =>
  frame(
    0x0800,
    encodeIpv4(
      { ...nodes, protocol: 17 },
      encodeUdp({ sourcePort: 51_234, destinationPort: port }, encodeVxlan({ vni }, inner)),
    ),
  );
const dns = (message: Uint8Array): Uint8Array =>
  ip4(17, encodeUdp({ sourcePort: 40_312, destinationPort: 53 }, message));
const query = encodeDnsQuery({ id: 0x1a2b, name: "redis.vote.svc.cluster.local", type: 1 });
const overTcp = (destinationPort: number, payload: Uint8Array): Uint8Array =>
  ip4(6, encodeTcp({ ...ports, destinationPort, flags: TCP_PSH | TCP_ACK }, payload));
const keepalive = bytes(`${"ff".repeat(16)} 0013 04`);
const error = (icmpType: number, code: number, quoted: Uint8Array, mtu = 0): Uint8Array =>
  ip4(1, encodeIcmp({ icmpType, code, words: [0, mtu] }, quoted));
const error6 = (icmpType: number, code: number, quoted: Uint8Array): Uint8Array =>
  ip6(58, encodeIcmpv6({ icmpType, code, addresses: pods6 }, join(new Uint8Array(4), quoted)));
const sctp = (chunks: string): Uint8Array =>
  ip4(132, bytes(`9d78 9c90 00000001 00000000 ${chunks}`));

const ethernet: Readonly<Record<string, Uint8Array>> = {
  "TCP with data": ip4(6, tcp),
  "TCP SYN with options": ip4(6, syn),
  "TCP SACK": ip4(
    6,
    encodeTcp({ ...ports, flags: TCP_ACK, options: bytes("0101 050a 00000001 00000009") }, nothing),
  ),
  UDP: ip4(17, udp),
  "UDP without data, padded": frame(
    0x0800,
    join(ip(17, encodeUdp(ports, nothing)), new Uint8Array(18)),
  ),
  "UDP longer than its packet": ip4(17, bytes("9d78 9c90 0064 0000 6869")),
  "ICMP echo request": ip4(1, encodeIcmp({ icmpType: 8, words: [0x1234, 2] }, text)),
  "ICMP echo reply without data": ip4(1, encodeIcmp({ icmpType: 0, words: [1, 2] }, nothing)),
  "ICMP port unreachable": error(3, 3, ip(17, udp)),
  "ICMP fragmentation needed": error(3, 4, ip(6, tcp), 1450),
  "ICMP time exceeded, eight bytes quoted": error(11, 0, ip(6, tcp).subarray(0, 28)),
  "ICMP time exceeded, header quoted in part": error(11, 0, ip(6, tcp).subarray(0, 12)),
  "ICMP admin prohibited, quoting an echo request": error(
    3,
    13,
    ip(1, encodeIcmp({ icmpType: 8 }, text)),
  ),
  "ICMP error quoting a later fragment": error(11, 1, ip(17, text, { fragmentOffset: 1480 })),
  "ICMP unreachable without a quotation": error(3, 1, nothing),
  "ARP who-has": frame(
    0x0806,
    encodeArp({
      operation: ARP_REQUEST,
      senderMac: source,
      senderIp: pods.source,
      targetMac: mac("00:00:00:00:00:00"),
      targetIp: pods.destination,
    }),
  ),
  "ARP is-at": frame(
    0x0806,
    encodeArp({
      operation: ARP_REPLY,
      senderMac: source,
      senderIp: pods.source,
      targetMac: destination,
      targetIp: pods.destination,
    }),
  ),
  "IPv4 with options": ip4(17, udp, { options: bytes("94040000 01010100") }),
  "first fragment of TCP": ip4(6, tcp, { moreFragments: true }),
  "last fragment": ip4(17, text, { fragmentOffset: 1480 }),
  "unknown protocol in IPv4": ip4(99, text),
  "IPv4 without payload": ip4(17, nothing),
  "unknown EtherType": frame(0x1234, text),
  "unknown EtherType without payload": frame(0x1234, nothing),
  "EtherType of neither kind": frame(1510, text),
  VLAN: frame(0x8100, bytes("a005 0800", ip(17, udp))),
  "VLAN in a service VLAN": frame(0x88a8, bytes("0064 8100 0005 86dd", bare6(17, udp6))),
  "ARP in a VLAN": frame(
    0x8100,
    bytes(
      "0005 0806",
      encodeArp({
        operation: ARP_REQUEST,
        senderMac: source,
        senderIp: pods.source,
        targetMac: destination,
        targetIp: pods.destination,
      }),
    ),
  ),
  "VXLAN, IANA's port": tunnel(4789, 1, ip4(6, tcp)),
  "VXLAN, Linux's port": tunnel(8472, 0xff_ffff, ip4(1, encodeIcmp({ icmpType: 8 }, text))),
  "VXLAN in VXLAN": tunnel(4789, 1, tunnel(4789, 2, ip4(17, udp))),
  "VXLAN with ARP": tunnel(
    4789,
    5,
    frame(
      0x0806,
      encodeArp({
        operation: ARP_REPLY,
        senderMac: source,
        senderIp: pods.source,
        targetMac: destination,
        targetIp: pods.destination,
      }),
    ),
  ),
  "VXLAN with DNS": tunnel(4789, 5, dns(query)),
  "VXLAN with an empty frame": tunnel(4789, 5, nothing),
  IPIP: frame(0x0800, encodeIpv4({ ...nodes, protocol: 4 }, ip(6, tcp))),
  "IPv6 in IPv4": ip4(41, bare6(17, udp6)),
  "IPv4 in IPv6": ip6(4, ip(17, udp)),
  "IPv6 in IPv6": ip6(41, bare6(17, udp6)),
  "GRE with IPv4": ip4(47, bytes("0000 0800", ip(17, udp))),
  "GRE with key, checksum and sequence, an Ethernet frame": ip4(
    47,
    bytes("b000 6558 0000 0000 00000001 00000002", ip4(6, tcp)),
  ),
  "GRE of an unknown protocol": ip4(47, bytes("0000 1234", text)),
  "GRE without payload": ip4(47, bytes("0000 0800")),
  "SCTP INIT": sctp("01000014 00000001 00001000 000a000a 00000001"),
  "SCTP with two DATA chunks": sctp(
    "00030015 00000001 00000000 00000000 68656c6c6f000000 00030014 00000002 00000001 00000000 68696869",
  ),
  "SCTP SACK": sctp("03000010 00000001 00001000 00000000"),
  "SCTP with a chunk cut": sctp("00030014 00000003 0000"),
  "DNS query": dns(query),
  "DNS query with EDNS": dns(
    encodeDnsQuery({ id: 1, name: "vote.", type: 28, udpPayloadBytes: 1232 }),
  ),
  "DNS for the root": dns(encodeDnsQuery({ id: 2, name: ".", type: 2 })),
  "DNS answer, CNAME and A": dns(
    answer(0, [
      "c00c 0005 0001 00000005 0007 0464617461 c00c",
      "c03f 0001 0001 00000005 0004 0a600102",
    ]),
  ),
  "DNS answer, AAAA": dns(
    answer(0, ["c00c 001c 0001 00000005 0010 fd000244000100000000000000000002"]),
  ),
  "DNS answer, SRV": dns(answer(0, ["c00c 0021 0001 0000001e 000c 0000 0064 18eb 0364766200 00"])),
  "DNS answer, SRV with a compressed name": dns(
    answer(0, ["c00c 0021 0001 0000001e 0008 0000 0064 18eb c00c"]),
  ),
  "DNS answer, PTR, NS, MX, TXT": dns(
    answer(0, [
      "c00c 000c 0001 0000001e 0002 c00c",
      "c00c 0002 0001 0000001e 0005 026e73c012",
      "c00c 000f 0001 0000001e 0004 000a c00c",
      "c00c 0010 0001 0000001e 0006 02763d 023139",
    ]),
  ),
  "DNS no such name, SOA": dns(
    bytes(
      "1a2b 8583 0001 0000 0001 0000",
      query.subarray(12),
      bytes(
        "c022 0006 0001 00000005 001d 026e73c022 0a686f73746d6173746572c022 00000001 00000002 00000003 00000004 00000005".replace(
          "001d",
          "0026",
        ),
      ),
    ),
  ),
  "DNS cut in its name": dns(query.subarray(0, 20)),
  "DNS cut in its header": dns(query.subarray(0, 7)),
  "DNS name pointing beyond the message": dns(
    bytes("1a2b 0100 0001 0000 0000 0000 c0ff 0001 0001"),
  ),
  "DNS answer of too short an address": dns(answer(0, ["c00c 0001 0001 00000005 0003 0a6001"])),
  "DNS over TCP": overTcp(53, prefixDnsLength(query)),
  "two DNS messages in one segment": overTcp(
    53,
    join(prefixDnsLength(query), prefixDnsLength(query)),
  ),
  "multicast DNS": ip4(17, encodeUdp({ sourcePort: 5353, destinationPort: 5353 }, query)),
  "BGP KEEPALIVE": overTcp(179, keepalive),
  "BGP OPEN": overTcp(179, bytes(`${"ff".repeat(16)} 001d 01 04 fc00 00b4 c0a80010 00`)),
  "BGP UPDATE, then KEEPALIVE": overTcp(
    179,
    bytes(
      `${"ff".repeat(16)} 002e 02 0000 0013 40010100 400200 400304c0a80010 400504 00000064 1a0af40100`
        .replace("0013", "0015")
        .replace("002e", "0031"),
      keepalive,
    ),
  ),
  "BGP NOTIFICATION": overTcp(179, bytes(`${"ff".repeat(16)} 0015 03 06 02`)),
  "IPv6 UDP": ip6(17, udp6),
  "IPv6 TCP": ip6(6, encodeTcp({ ...ports, flags: TCP_SYN, addresses: pods6 }, nothing)),
  "IPv6 hop-by-hop options": ip6(0, bytes("1100 0502 0000 0000", udp6)),
  "IPv6 destination options and routing": ip6(
    60,
    bytes("2b00 0104 00000000 1102 0400 00000000 fd000244000200000000000000000009", udp6),
  ),
  "IPv6 first fragment": ip6(44, bytes("1100 0001 00000001", udp6)),
  "IPv6 later fragment": ip6(44, bytes("1100 05a8 00000001", text)),
  "IPv6 no next header": ip6(59, text),
  "ICMPv6 echo request": ip6(
    58,
    encodeIcmpv6({ icmpType: 128, addresses: pods6 }, bytes("0001 0002", text)),
  ),
  "ICMPv6 neighbour solicitation": ip6(
    58,
    encodeIcmpv6(
      { icmpType: 135, addresses: pods6 },
      bytes("00000000 fd000244000200000000000000000003 0101 020000000001"),
    ),
  ),
  "ICMPv6 neighbour advertisement": ip6(
    58,
    encodeIcmpv6(
      { icmpType: 136, addresses: pods6 },
      bytes("60000000 fd000244000200000000000000000003 0201 020000000002"),
    ),
  ),
  "ICMPv6 router solicitation": ip6(
    58,
    encodeIcmpv6({ icmpType: 133, addresses: pods6 }, bytes("00000000")),
  ),
  "ICMPv6 port unreachable": error6(1, 4, bare6(17, udp6)),
  "ICMPv6 packet too big": error6(2, 0, bare6(6, encodeTcp({ ...ports, flags: TCP_ACK }, text))),
};

/** Frames on Ethernet, which may be nested, cut and changed at will. */
const ethernetSamples: readonly SamplePacket[] = Object.entries(ethernet).map(([title, data]) => ({
  title,
  linkType: LINKTYPE_ETHERNET,
  data,
}));

const sll = (protocol: string): string => `0000 0001 0006 020000000002 0000 ${protocol}`;
const sll2 = (protocol: string): string => `${protocol} 0000 00000002 0001 00 06 0200000000020000`;

const others: ReadonlyArray<readonly [string, number, Uint8Array]> = [
  ["Linux cooked, IPv4", LINKTYPE_LINUX_SLL, bytes(sll("0800"), ip(17, udp))],
  ["Linux cooked, unknown", LINKTYPE_LINUX_SLL, bytes(sll("1234"), text)],
  ["Linux cooked, VLAN", LINKTYPE_LINUX_SLL, bytes(sll("8100"), bytes("0005 0800", ip(6, tcp)))],
  ["Linux cooked, nothing", LINKTYPE_LINUX_SLL, bytes(sll("0800"))],
  ["Linux cooked 2, IPv4", LINKTYPE_LINUX_SLL2, bytes(sll2("0800"), ip(17, udp))],
  ["Linux cooked 2, IPv6", LINKTYPE_LINUX_SLL2, bytes(sll2("86dd"), bare6(17, udp6))],
  ["raw IPv4", LINKTYPE_RAW, ip(6, tcp)],
  ["raw IPv6", LINKTYPE_RAW, bare6(17, udp6)],
  ["loopback, little-endian", LINKTYPE_NULL, bytes("02000000", ip(17, udp))],
  ["loopback, big-endian", LINKTYPE_NULL, bytes("00000002", ip(17, udp))],
  ["loopback, IPv6", LINKTYPE_NULL, bytes("1e000000", bare6(17, udp6))],
  ["loopback, unknown family", LINKTYPE_NULL, bytes("63000000", text)],
  ["OpenBSD loopback", LINKTYPE_LOOP, bytes("00000002", ip(17, udp))],
];

/** One packet of each kind, of every link type. */
export const samplePackets: readonly SamplePacket[] = [
  ...ethernetSamples,
  ...others.map(([title, linkType, data]) => ({ title, linkType, data })),
];

/** The answer to `query`: each record in hex behind the question, which begins at byte 12. */
function answer(rcode: number, records: readonly string[]): Uint8Array {
  const counts = `0001 ${String(records.length).padStart(4, "0")} 0000 0000`;
  const header = bytes(`1a2b 858${rcode} ${counts}`);
  return join(header, query.subarray(12), ...records.map((record) => bytes(record)));
}

function bytes(hex: string, ...rest: readonly Uint8Array[]): Uint8Array {
  return join(Buffer.from(hex.replaceAll(" ", ""), "hex"), ...rest);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function mac(address: string): NonNullable<ReturnType<typeof parseMacAddress>> {
  const parsed = parseMacAddress(address);
  if (parsed === undefined) throw new RangeError(`${address} is not a MAC address`);
  return parsed;
}
