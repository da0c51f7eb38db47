/** Fixed bytes both ways: each encoder writes them, and the layer reads the fields back. */
import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import { type MacAddress, parseMacAddress } from "../../net/mac-address.ts";
import { encodeIcmp, ICMP_ECHO, IcmpLayer } from "./internet/icmp.ts";
import { encodeIcmpv6, ICMPV6_ECHO_REQUEST, Icmpv6Layer } from "./internet/icmpv6.ts";
import { encodeIpv4, Ipv4Layer } from "./internet/ipv4.ts";
import { encodeIpv6, Ipv6Layer } from "./internet/ipv6.ts";
import { ARP_REPLY, ArpLayer, encodeArp } from "./link/arp.ts";
import { EthernetLayer, encodeEthernet } from "./link/ethernet.ts";
import { encodeTcp, TCP_ACK, TCP_SYN, TcpLayer } from "./transport/tcp.ts";
import { encodeUdp, UdpLayer } from "./transport/udp.ts";

const source = ipAddress("10.244.1.2");
const destination = ipAddress("10.244.2.3");
const addresses = { source, destination };
const addresses6 = { source: ipAddress("fd00::1"), destination: ipAddress("fd00::2") };
const payload = Uint8Array.of(0xca, 0xfe, 0x01);

interface Case {
  readonly title: string;
  readonly encoded: Uint8Array;
  readonly wire: readonly number[];
  /** What the layer over the encoded bytes says. */
  readonly read: (bytes: Uint8Array) => Readonly<Record<string, unknown>>;
  readonly fields: Readonly<Record<string, unknown>>;
}

// biome-ignore format: one wire word per line reads like the RFCs' diagrams.
const cases: readonly Case[] = [
  {
    title: "Ethernet",
    encoded: encodeEthernet(
      { destination: mac("02:00:00:00:00:02"), source: mac("02:00:00:00:00:01"), etherType: 0x0800 },
      payload,
    ),
    wire: [
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02,
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01,
      0x08, 0x00,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => {
      const layer = new EthernetLayer(bytes, 0, bytes.byteLength);
      return {
        destination: layer.destination,
        source: layer.source,
        etherType: layer.etherType,
        payload: [...layer.payload],
      };
    },
    fields: {
      destination: "02:00:00:00:00:02",
      source: "02:00:00:00:00:01",
      etherType: 0x0800,
      payload: [0xca, 0xfe, 0x01],
    },
  },
  {
    title: "ARP",
    encoded: encodeArp({
      operation: ARP_REPLY,
      senderMac: mac("02:00:00:00:00:01"),
      senderIp: source,
      targetMac: mac("02:00:00:00:00:02"),
      targetIp: destination,
    }),
    wire: [
      0x00, 0x01, 0x08, 0x00,
      0x06, 0x04, 0x00, 0x02,
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 10, 244, 1, 2,
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 10, 244, 2, 3,
    ],
    read: (bytes) => {
      const { operation, senderMac, senderIp, targetMac, targetIp } = new ArpLayer(bytes, 0, 28, 28);
      return { operation, senderMac, senderIp, targetMac, targetIp };
    },
    fields: {
      operation: 2,
      senderMac: "02:00:00:00:00:01",
      senderIp: "10.244.1.2",
      targetMac: "02:00:00:00:00:02",
      targetIp: "10.244.2.3",
    },
  },
  {
    title: "IPv4 with an option, a fragment",
    encoded: encodeIpv4(
      {
        ...addresses,
        protocol: 17,
        ttl: 3,
        identification: 0x1234,
        moreFragments: true,
        fragmentOffset: 1480,
        dscp: 46,
        options: Uint8Array.of(0x94, 0x04, 0x00, 0x00),
      },
      payload,
    ),
    wire: [
      0x46, 0xb8, 0x00, 0x1b,
      0x12, 0x34, 0x20, 0xb9,
      0x03, 0x11, 0xd6, 0x3c,
      10, 244, 1, 2,
      10, 244, 2, 3,
      0x94, 0x04, 0x00, 0x00,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => {
      const layer = new Ipv4Layer(bytes, 0, 24, 27);
      return {
        source: layer.source,
        destination: layer.destination,
        sourceNumber: layer.sourceNumber,
        destinationNumber: layer.destinationNumber,
        protocol: layer.protocol,
        ttl: layer.ttl,
        identification: layer.identification,
        dontFragment: layer.dontFragment,
        moreFragments: layer.moreFragments,
        fragmentOffset: layer.fragmentOffset,
        dscp: layer.dscp,
        ecn: layer.ecn,
        totalLength: layer.totalLength,
        options: [...layer.options],
        payload: [...layer.payload],
      };
    },
    fields: {
      source: "10.244.1.2",
      destination: "10.244.2.3",
      sourceNumber: 0x0af40102,
      destinationNumber: 0x0af40203,
      protocol: 17,
      ttl: 3,
      identification: 0x1234,
      dontFragment: false,
      moreFragments: true,
      fragmentOffset: 1480,
      dscp: 46,
      ecn: 0,
      totalLength: 27,
      options: [0x94, 0x04, 0x00, 0x00],
      payload: [0xca, 0xfe, 0x01],
    },
  },
  {
    title: "IPv6",
    encoded: encodeIpv6({ ...addresses6, nextHeader: 59, hopLimit: 1 }, payload),
    wire: [
      0x60, 0x00, 0x00, 0x00,
      0x00, 0x03, 0x3b, 0x01,
      0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
      0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => {
      const layer = new Ipv6Layer(bytes, 0, 43);
      return {
        source: layer.source,
        destination: layer.destination,
        nextHeader: layer.nextHeader,
        hopLimit: layer.hopLimit,
        trafficClass: layer.trafficClass,
        flowLabel: layer.flowLabel,
        declaredPayloadLength: layer.declaredPayloadLength,
      };
    },
    fields: {
      source: "fd00::1",
      destination: "fd00::2",
      nextHeader: 59,
      hopLimit: 1,
      trafficClass: 0,
      flowLabel: 0,
      declaredPayloadLength: 3,
    },
  },
  {
    title: "ICMP echo request",
    encoded: encodeIcmp({ icmpType: ICMP_ECHO, words: [0x0102, 3] }, payload),
    wire: [
      0x08, 0x00, 0x2a, 0xfc,
      0x01, 0x02, 0x00, 0x03,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => {
      const { icmpType, code, identifier, sequence, nextHopMtu, gateway } = new IcmpLayer(bytes, 0, 11);
      return { icmpType, code, identifier, sequence, nextHopMtu, gateway };
    },
    fields: {
      icmpType: 8,
      code: 0,
      identifier: 0x0102,
      sequence: 3,
      nextHopMtu: undefined,
      gateway: undefined,
    },
  },
  {
    title: "ICMPv6 echo request",
    encoded: encodeIcmpv6(
      { icmpType: ICMPV6_ECHO_REQUEST, addresses: addresses6 },
      Uint8Array.of(0x01, 0x02, 0x00, 0x03),
    ),
    wire: [
      0x80, 0x00, 0x84, 0xb3,
      0x01, 0x02, 0x00, 0x03,
    ],
    read: (bytes) => {
      const { icmpType, code, identifier, sequence, mtu, target } = new Icmpv6Layer(bytes, 0, 8, 8);
      return { icmpType, code, identifier, sequence, mtu, target };
    },
    fields: {
      icmpType: 128,
      code: 0,
      identifier: 0x0102,
      sequence: 3,
      mtu: undefined,
      target: undefined,
    },
  },
  {
    title: "UDP with its checksum",
    encoded: encodeUdp({ sourcePort: 40312, destinationPort: 53, addresses }, payload),
    wire: [
      0x9d, 0x78, 0x00, 0x35,
      0x00, 0x0b, 0x7d, 0x3f,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => {
      const { sourcePort, destinationPort, declaredLength } = new UdpLayer(bytes, 0, 11);
      return { sourcePort, destinationPort, declaredLength };
    },
    fields: { sourcePort: 40312, destinationPort: 53, declaredLength: 11 },
  },
  {
    title: "UDP without a checksum",
    encoded: encodeUdp({ sourcePort: 40312, destinationPort: 53 }, payload),
    wire: [
      0x9d, 0x78, 0x00, 0x35,
      0x00, 0x0b, 0x00, 0x00,
      0xca, 0xfe, 0x01,
    ],
    read: (bytes) => ({ checksum: new UdpLayer(bytes, 0, 11).checksum }),
    fields: { checksum: 0 },
  },
  {
    title: "TCP with an option",
    encoded: encodeTcp(
      {
        sourcePort: 40312,
        destinationPort: 80,
        sequence: 0xffff_ffff,
        acknowledgement: 7,
        flags: TCP_SYN | TCP_ACK,
        window: 64240,
        options: Uint8Array.of(0x02, 0x04, 0x05, 0xb4),
        addresses,
      },
      new Uint8Array(),
    ),
    wire: [
      0x9d, 0x78, 0x00, 0x50,
      0xff, 0xff, 0xff, 0xff,
      0x00, 0x00, 0x00, 0x07,
      0x60, 0x12, 0xfa, 0xf0,
      0xe6, 0x69, 0x00, 0x00,
      0x02, 0x04, 0x05, 0xb4,
    ],
    read: (bytes) => {
      const layer = new TcpLayer(bytes, 0, 24, 24);
      return {
        sourcePort: layer.sourcePort,
        destinationPort: layer.destinationPort,
        sequence: layer.sequence,
        acknowledgement: layer.acknowledgement,
        flags: layer.flags,
        window: layer.window,
        urgentPointer: layer.urgentPointer,
        options: layer.options,
      };
    },
    fields: {
      sourcePort: 40312,
      destinationPort: 80,
      sequence: 0xffff_ffff,
      acknowledgement: 7,
      flags: 0x012,
      window: 64240,
      urgentPointer: 0,
      options: [{ type: "mss", bytes: 1460 }],
    },
  },
];

for (const { title, encoded, wire, read, fields } of cases) {
  test(`encoded as the standard draws it: ${title}`, (t) => {
    t.deepEqual([...encoded], wire);
  });

  test(`read back from the wire: ${title}`, (t) => {
    t.deepEqual(read(Uint8Array.from(wire)), fields);
  });
}

function mac(text: string): MacAddress {
  const address = parseMacAddress(text);
  if (address === undefined) throw new RangeError(`${text} is not a MAC address`);
  return address;
}
