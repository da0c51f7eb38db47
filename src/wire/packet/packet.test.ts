import test from "ava";
import fc from "fast-check";
import type { Layer } from "./layer.ts";
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
} from "./link/link-type.ts";
import { type DecodeOptions, decodePacket } from "./packet.ts";
import { protocolStack } from "./testing/protocol-stack.ts";

const ethernet = "020000000002 020000000001";
const ipv4 = (protocol: string, length: string): string =>
  `4500 ${length} 1234 4000 40 ${protocol} 0000 0af40102 0af40203`;
const ipv6 = (nextHeader: string, length: string): string =>
  `60000000 ${length} ${nextHeader} 40 fd000000000000000000000000000001 fd000000000000000000000000000002`;
const synHeader = "9d78 9c90 00000001 00000000 6002 faf0 0000 0000 020405b4";
const syn = `${ethernet} 0800 ${ipv4("06", "002c")} ${synHeader}`;
/** Outer Ethernet, IPv4 and UDP to port 4789, VNI 1, and the SYN as a frame. */
const overlay = `${ethernet} 0800 ${ipv4("11", "005e")} c000 12b5 004a 0000 0800000000000100 ${syn}`;
const unreachable = `${ethernet} 0800 ${ipv4("01", "0048")} 03030000 00000000 ${ipv4("06", "002c")} ${synHeader}`;
const query = `1a2b 0100 0001 0000 0000 0000 04766f746500 0001 0001`;
const dns = `${ethernet} 0800 ${ipv4("11", "0032")} 9d78 0035 001e 0000 ${query}`;

interface StackCase {
  readonly title: string;
  readonly hex: string;
  readonly linkType?: number;
  readonly options?: DecodeOptions;
  readonly stack: string;
}

const stacks: readonly StackCase[] = [
  { title: "TCP", hex: syn, stack: "eth:ethertype:ip:tcp" },
  { title: "VXLAN", hex: overlay, stack: "eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp" },
  {
    title: "VXLAN on a port that is not asked for",
    hex: overlay,
    options: { vxlanPorts: [6784] },
    stack: "eth:ethertype:ip:udp:data",
  },
  {
    title: "VXLAN on Weave's port",
    hex: overlay.replace("12b5", "1a80"),
    options: { vxlanPorts: [6784] },
    stack: "eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp",
  },
  {
    title: "an ICMP error with what it quotes",
    hex: unreachable,
    stack: "eth:ethertype:ip:icmp:ip:tcp",
  },
  { title: "DNS", hex: dns, stack: "eth:ethertype:ip:udp:dns" },
  {
    title: "a bare packet",
    hex: `${ipv4("06", "002c")} ${synHeader}`,
    linkType: LINKTYPE_RAW,
    stack: "raw:ip:tcp",
  },
  {
    title: "Linux cooked",
    hex: `0004 0001 0006 020000000001 0000 0800 ${ipv4("06", "002c")} ${synHeader}`,
    linkType: LINKTYPE_LINUX_SLL,
    stack: "sll:ethertype:ip:tcp",
  },
  { title: "a link type nobody knows", hex: syn, linkType: 147, stack: "data" },
];

for (const { title, hex, linkType = LINKTYPE_ETHERNET, options, stack } of stacks) {
  test(`layers, outermost first: ${title}`, (t) => {
    t.is(protocolStack(decodePacket(bytes(hex), linkType, options)), stack);
  });
}

test("layers know where they are in the packet, and lie one in the other", (t) => {
  const layers = decodePacket(bytes(overlay), LINKTYPE_ETHERNET);
  t.deepEqual(
    layers.map(({ type, offset, length, end }) => [type, offset, length, end]),
    [
      ["eth", 0, 14, 108],
      ["ip", 14, 20, 108],
      ["udp", 34, 8, 108],
      ["vxlan", 42, 8, 108],
      ["eth", 50, 14, 108],
      ["ip", 64, 20, 108],
      ["tcp", 84, 24, 108],
    ],
  );
  const ip = layers[1];
  t.is(ip?.header.byteLength, 20);
  t.is(ip?.payload.byteLength, 74);
  t.is(ip?.payload.buffer, ip?.packet.buffer);
});

test("padding behind an IPv4 packet is nobody's payload", (t) => {
  const layers = decodePacket(bytes(`${syn} 000000000000`), LINKTYPE_ETHERNET);
  t.is(protocolStack(layers), "eth:ethertype:ip:tcp");
  t.is(layers.at(-1)?.payloadLength, 0);
});

test("an interface index is read from Linux cooked packets of version 2", (t) => {
  const hex = `0800 0000 00000007 0001 04 06 0200000000010000 ${ipv4("06", "002c")} ${synHeader}`;
  const [sll] = decodePacket(bytes(hex), LINKTYPE_LINUX_SLL2);
  t.is(sll?.type, "sll");
  if (sll?.type !== "sll") return;
  t.is(sll.interfaceIndex, 7);
  t.is(sll.packetType, 4);
  t.is(String(sll.source), "02:00:00:00:00:01");
});

interface UnreadableCase {
  readonly title: string;
  readonly hex: string;
  readonly stack: string;
  readonly protocol: string;
  readonly reason: string;
  readonly offset: number;
}

const malformed: readonly UnreadableCase[] = [
  {
    title: "IPv4 of another version",
    hex: syn.replace("4500", "5500"),
    stack: "eth:ethertype:ip",
    protocol: "ip",
    reason: "version 5, 4 expected",
    offset: 14,
  },
  {
    title: "IPv4 with a header of 16 bytes",
    hex: syn.replace("4500", "4400"),
    stack: "eth:ethertype:ip",
    protocol: "ip",
    reason: "header length 16, at least 20 needed",
    offset: 14,
  },
  {
    title: "IPv4 shorter than its header",
    hex: syn.replace("002c", "0013"),
    stack: "eth:ethertype:ip",
    protocol: "ip",
    reason: "total length 19, less than the header's 20",
    offset: 14,
  },
  {
    title: "IPv4 with options beyond its end",
    hex: `${ethernet} 0800 4f00 ${ipv4("06", "003c").slice(5)}`,
    stack: "eth:ethertype:ip",
    protocol: "ip",
    reason: "IPv4 header with options needs 60 bytes, 20 are there",
    offset: 14,
  },
  {
    title: "IPv6 of another version",
    hex: `${ethernet} 86dd ${ipv6("11", "0008").replace("6", "7")} 9d78 0035 0008 0000`,
    stack: "eth:ethertype:ipv6",
    protocol: "ipv6",
    reason: "version 7, 6 expected",
    offset: 14,
  },
  {
    title: "an IPv6 extension header beyond its end",
    hex: `${ethernet} 86dd ${ipv6("3c", "0008")} 1101 0104 00000000`,
    stack: "eth:ethertype:ipv6:ipv6.dstopts",
    protocol: "ipv6.dstopts",
    reason: "extension header needs 16 bytes, 8 are there",
    offset: 54,
  },
  {
    title: "an IPv6 option beyond its header",
    hex: `${ethernet} 86dd ${ipv6("00", "0008")} 1100 0505 00000000`,
    stack: "eth:ethertype:ipv6:ipv6.hopopts",
    protocol: "ipv6.hopopts",
    reason: "an option is longer than its header",
    offset: 54,
  },
  {
    title: "TCP with a header of 16 bytes",
    hex: syn.replace("6002", "4002"),
    stack: "eth:ethertype:ip:tcp",
    protocol: "tcp",
    reason: "header length 16, at least 20 needed",
    offset: 34,
  },
  {
    title: "TCP with options beyond its end",
    hex: syn.replace("6002", "f002"),
    stack: "eth:ethertype:ip:tcp",
    protocol: "tcp",
    reason: "TCP header with options needs 60 bytes, 24 are there",
    offset: 34,
  },
  {
    title: "UDP shorter than its header",
    hex: dns.replace("001e", "0007"),
    stack: "eth:ethertype:ip:udp",
    protocol: "udp",
    reason: "length 7, at least 8 needed",
    offset: 34,
  },
  {
    title: "an SCTP chunk shorter than its header",
    hex: `${ethernet} 0800 ${ipv4("84", "0024")} 9d78 9c90 00000001 00000000 03000003`,
    stack: "eth:ethertype:ip:sctp",
    protocol: "sctp",
    reason: "chunk length 3, at least 4 needed",
    offset: 46,
  },
  {
    title: "an SCTP chunk beyond its end",
    hex: `${ethernet} 0800 ${ipv4("84", "0024")} 9d78 9c90 00000001 00000000 03000010`,
    stack: "eth:ethertype:ip:sctp",
    protocol: "sctp",
    reason: "chunk needs 16 bytes, 4 are there",
    offset: 46,
  },
  {
    title: "VXLAN around a frame without a header",
    hex: `${ethernet} 0800 ${ipv4("11", "0026")} c000 12b5 0012 0000 0800000000000100 0200`,
    stack: "eth:ethertype:ip:udp:vxlan:eth",
    protocol: "eth",
    reason: "Ethernet header needs 14 bytes, 2 are there",
    offset: 50,
  },
  {
    title: "GRE shorter than its flags say",
    hex: `${ethernet} 0800 ${ipv4("2f", "0018")} 2000 0800`,
    stack: "eth:ethertype:ip:gre",
    protocol: "gre",
    reason: "GRE header with its options needs 8 bytes, 4 are there",
    offset: 34,
  },
  {
    title: "a DNS name beyond the message",
    hex: dns.replace("04766f746500", "3f766f746500"),
    stack: "eth:ethertype:ip:udp:dns",
    protocol: "dns",
    reason: "DNS name at byte 22",
    offset: 42,
  },
  {
    title: "a BGP message shorter than its header",
    hex: `${ethernet} 0800 ${ipv4("06", "003b")} 9d78 00b3 00000001 00000000 5018 faf0 0000 0000 ${"ff".repeat(16)} 0012 04`,
    stack: "eth:ethertype:ip:tcp:bgp",
    protocol: "bgp",
    reason: "message length 18, at least 19 needed",
    offset: 54,
  },
];

for (const { title, hex, stack, protocol, reason, offset } of malformed) {
  test(`malformed: ${title}`, (t) => {
    const layers = decodePacket(bytes(hex), LINKTYPE_ETHERNET);
    const last = layers.at(-1);
    t.is(protocolStack(layers), stack);
    t.is(last?.type, "malformed");
    if (last?.type !== "malformed") return;
    t.is(last.protocol, protocol);
    t.is(last.reason, reason);
    t.is(last.offset, offset);
    t.deepEqual(last.payload, bytes(hex).subarray(offset, last.end));
  });
}

for (const [title, hex] of Object.entries({ syn, overlay, unreachable, dns })) {
  const whole = decodePacket(bytes(hex), LINKTYPE_ETHERNET);

  test(`a packet that ends early keeps the layers before, and is malformed: ${title}`, (t) => {
    for (let length = 0; length < bytes(hex).byteLength; length++) {
      const layers = decodePacket(bytes(hex).subarray(0, length), LINKTYPE_ETHERNET);
      t.true(begins(layers, whole), `${length} bytes`);
      // To tshark too, nothing is wrong with an IPv4 or UDP header that nothing follows.
      const last = layers.at(-1);
      const isHeaderAlone = last?.payloadLength === 0 && /^(ip|udp)$/.test(last.type);
      // And a quotation may end anywhere.
      const isQuotation = layers.some(({ type }) => type === "icmp");
      if (isHeaderAlone || isQuotation) continue;
      t.is(last?.type, "malformed", `${length} bytes`);
    }
  });

  test(`a packet that the capture cut is never malformed: ${title}`, (t) => {
    const originalLength = bytes(hex).byteLength;
    for (let length = 0; length < originalLength; length++) {
      const layers = decodePacket(bytes(hex).subarray(0, length), LINKTYPE_ETHERNET, {
        originalLength,
      });
      t.true(begins(layers, whole), `${length} bytes`);
      t.not(layers.at(-1)?.type, "malformed", `${length} bytes`);
    }
  });
}

test("a TCP header of which only the ports and the sequence number are there gives these", (t) => {
  const cut = bytes(syn).subarray(0, 14 + 20 + 8);
  const [, , tcp, short] = decodePacket(cut, LINKTYPE_ETHERNET, { originalLength: 58 });
  t.is(tcp?.type, "tcp");
  t.is(short?.type, "short");
  if (tcp?.type !== "tcp") return;
  t.deepEqual([tcp.sourcePort, tcp.destinationPort, tcp.sequence], [40312, 40080, 1]);
  t.is(tcp.flags, undefined);
  t.is(tcp.window, undefined);
  t.is(tcp.acknowledgement, undefined);
  t.deepEqual(tcp.options, []);
  t.false(tcp.has(0));
});

test("no bytes at all make the decoder throw, or a layer that lies outside the packet", (t) => {
  const linkTypes = fc.constantFrom(0, 1, 101, 108, 113, 276, 999);
  const nested = fc.tuple(fc.constantFrom(syn, overlay, unreachable, dns), fc.nat(), fc.nat(255));
  const damaged = nested.map(([hex, at, value]) => {
    const packet = bytes(hex);
    packet[at % packet.byteLength] = value;
    return packet;
  });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged),
      linkTypes,
      (packet, linkType) => {
        for (const layer of decodePacket(packet, linkType)) {
          t.true(layer.offset >= 0 && layer.length >= 0);
          t.true(layer.offset + layer.length <= packet.byteLength);
          readEverything(layer);
        }
      },
    ),
    { seed: 7, numRuns: 3_000 },
  );
});

/** Calls every getter of a layer: none may throw, whatever the bytes. */
function readEverything(layer: Layer): void {
  for (
    let proto = Object.getPrototypeOf(layer);
    proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    for (const name of Object.getOwnPropertyNames(proto)) Reflect.get(layer, name);
  }
}

/** True when the readable layers of `some` are the first ones of `all`. */
function begins(some: readonly Layer[], all: readonly Layer[]): boolean {
  const readable = some.filter(({ type }) => type !== "malformed" && type !== "short");
  return readable.every(({ type, offset }, index) => {
    const other = all[index];
    return other?.type === type && other.offset === offset;
  });
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}
