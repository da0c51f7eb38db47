import test from "ava";
import { TcpSequences } from "./describe/tcp-sequences.ts";
import { describePacket } from "./describe-packet.ts";
import { LINKTYPE_ETHERNET } from "./link/link-type.ts";
import { decodePacket } from "./packet.ts";

const ethernet = "020000000002 020000000001";
const arp = (operation: string, target: string): string =>
  `${ethernet} 0806 0001 0800 0604 ${operation} 020000000001 0af40102 020000000002 ${target}`;
const ip = (protocol: string, inner: string, head = "4500", fragment = "4000"): string => {
  const length = (20 + hexBytes(inner)).toString(16).padStart(4, "0");
  return `${head} ${length} 1234 ${fragment} 40 ${protocol} 0000 0af40102 0af40203 ${inner}`;
};
const ip4 = (protocol: string, inner: string, head?: string, fragment?: string): string =>
  `${ethernet} 0800 ${ip(protocol, inner, head, fragment)}`;
const udp = (ports: string, inner: string): string =>
  `${ports} ${(8 + hexBytes(inner)).toString(16).padStart(4, "0")} 0000 ${inner}`;
const tcp = (flags: string, inner = "", ports = "9d78 0050"): string =>
  `${ports} 0000000a 00000000 50${flags} faf0 0000 0000 ${inner}`;
const syn = "9d78 0050 0000000a 00000000 6002 faf0 0000 0000 020405b4";
const dns = (message: string): string => ip4("11", udp("9d78 0035", message));
const question = "04766f746500 0001 0001";
const marker = "ff".repeat(16);

const lines: ReadonlyArray<readonly [line: string, hex: string]> = [
  ["10.244.1.2:40312 > 10.244.2.3:80 TCP [SYN] seq=10 win=64240 mss=1460", ip4("06", syn)],
  [
    "10.244.1.2:40312 > 10.244.2.3:80 TCP [PSH, ACK] seq=10 ack=0 win=64240 len=2",
    ip4("06", tcp("18", "6869")),
  ],
  ["10.244.1.2:40312 > 10.244.2.3:80 TCP [RST, ACK] seq=10 ack=0 win=64240", ip4("06", tcp("14"))],
  ["10.244.1.2:40312 > 10.244.2.3:9999 UDP len=2", ip4("11", udp("9d78 270f", "6869"))],
  ["10.244.1.2 > 10.244.2.3 ICMP echo request id=1 seq=2", ip4("01", "08000000 00010002")],
  [
    "10.244.1.2 > 10.244.2.3 ICMP port unreachable | 10.244.1.2:40312 > 10.244.2.3:9999 UDP len=2",
    ip4("01", `03030000 00000000 ${ip("11", udp("9d78 270f", "6869"))}`),
  ],
  ["10.244.1.2 > 10.244.2.3 ICMP fragmentation needed mtu=1450", ip4("01", "03040000 000005aa")],
  ["10.244.1.2 > 10.244.2.3 ICMP redirect for host to 10.244.1.1", ip4("01", "05010000 0af40101")],
  ["10.244.1.2 > 10.244.2.3 ICMP type 200 code 7", ip4("01", "c8070000 00000000")],
  ["ARP who-has 10.244.1.1 tell 10.244.1.2", arp("0001", "0af40101")],
  ["ARP announcement for 10.244.1.2", arp("0001", "0af40102")],
  ["ARP 10.244.1.2 is-at 02:00:00:00:00:01", arp("0002", "0af40101")],
  ["ARP operation 9", arp("0009", "0af40101")],
  [
    "10.244.1.2 > 10.244.2.3 VXLAN 1 | 10.244.1.2 > 10.244.2.3 ICMP echo reply id=1 seq=2",
    ip4("11", udp("c000 12b5", `0800000000000100 ${ip4("01", "00000000 00010002")}`)),
  ],
  [
    "10.244.1.2 > 10.244.2.3 VXLAN 1 | ARP who-has 10.244.1.1 tell 10.244.1.2",
    ip4("11", udp("c000 12b5", `0800000000000100 ${arp("0001", "0af40101")}`)),
  ],
  [
    "10.244.1.2 > 10.244.2.3 IPIP | 10.244.1.2:40312 > 10.244.2.3:80 TCP [FIN, ACK] seq=10 ack=0 win=64240",
    ip4("04", ip("06", tcp("11"))),
  ],
  [
    "10.244.1.2 > 10.244.2.3 GRE key=7 | 10.244.1.2:40312 > 10.244.2.3:9999 UDP len=0",
    ip4("2f", `2000 0800 00000007 ${ip("11", udp("9d78 270f", ""))}`),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:53 DNS query 0x1a2b A vote",
    dns(`1a2b 0100 0001 0000 0000 0000 ${question}`),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:53 DNS response 0x1a2b A vote: CNAME db, 10.96.1.2",
    dns(
      `1a2b 8180 0001 0002 0000 0000 ${question} c00c 0005 0001 00000005 0004 02646200 c022 0001 0001 00000005 0004 0a600102`,
    ),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:53 DNS response 0x1a2b A vote: NXDOMAIN",
    dns(`1a2b 8183 0001 0000 0000 0000 ${question}`),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:53 DNS response 0x1a2b A vote: no records (truncated)",
    dns(`1a2b 8380 0001 0000 0000 0000 ${question}`),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:179 BGP OPEN AS64512 hold=180s id=192.168.0.16",
    ip4("06", tcp("18", `${marker} 001d 01 04 fc00 00b4 c0a80010 00`, "9d78 00b3")),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:179 BGP UPDATE 10.244.1.0/26 via 192.168.0.16, BGP KEEPALIVE",
    ip4(
      "06",
      tcp(
        "18",
        `${marker} 0023 02 0000 0007 400304c0a80010 1a0af40100 ${marker} 0013 04`,
        "9d78 00b3",
      ),
    ),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:179 BGP UPDATE withdraw 10.244.9.0/24",
    ip4("06", tcp("18", `${marker} 001b 02 0004 180af409 0000`, "9d78 00b3")),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:179 BGP NOTIFICATION 6/2",
    ip4("06", tcp("18", `${marker} 0015 03 06 02`, "9d78 00b3")),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:9999 SCTP [COOKIE_ACK]",
    ip4("84", "9d78 270f 00000001 00000000 0b000004"),
  ],
  [
    "VLAN 5 | 10.244.1.2 > 10.244.2.3 ICMP echo request id=0 seq=0",
    `${ethernet} 8100 0005 0800 ${ip("01", "08000000 00000000")}`,
  ],
  ["02:00:00:00:00:01 > 02:00:00:00:00:02 ethertype 0x88cc len=2", `${ethernet} 88cc 6869`],
  ["10.244.1.2 > 10.244.2.3 protocol 89 len=2", ip4("59", "6869")],
  [
    "10.244.1.2 > 10.244.2.3 protocol 17 len=2 [fragment id=4660 offset=1480]",
    ip4("11", "6869", "4500", "00b9"),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:9999 UDP len=2 [fragment id=4660 offset=0+]",
    ip4("11", udp("9d78 270f", "6869"), "4500", "2000"),
  ],
  [
    "10.244.1.2:40312 > 10.244.2.3:80 TCP [SYN] seq=10 win=64240 [malformed tcp: header length 16, at least 20 needed]",
    ip4("06", tcp("02").replace("5002", "4002")),
  ],
  ["[malformed eth: Ethernet header needs 14 bytes, 2 are there]", "0200"],
  [
    "fd00::1 > fd00::2 ICMPv6 neighbour solicitation for fd00::2",
    `${ethernet} 86dd 60000000 0018 3a ff fd000000000000000000000000000001 fd000000000000000000000000000002 87000000 00000000 fd000000000000000000000000000002`,
  ],
  [
    "[fd00::1]:40312 > [fd00::2]:9999 UDP len=2",
    `${ethernet} 86dd 60000000 000a 11 40 fd000000000000000000000000000001 fd000000000000000000000000000002 ${udp("9d78 270f", "6869")}`,
  ],
];

for (const [line, hex] of lines) {
  test(`one line: ${line}`, (t) => {
    t.is(describePacket(decodePacket(bytes(hex), LINKTYPE_ETHERNET)), line);
  });
}

test("a packet that the capture cut says what is missing", (t) => {
  const packet = bytes(ip4("06", syn));
  const layers = decodePacket(packet.subarray(0, 40), LINKTYPE_ETHERNET, {
    originalLength: packet.byteLength,
  });
  t.is(
    describePacket(layers),
    "10.244.1.2 > 10.244.2.3 [tcp cut short: TCP header needs 20 bytes, 6 are there]",
  );
});

test("a packet of a link type that nobody knows is so many bytes, and no layers are no words", (t) => {
  t.is(describePacket(decodePacket(bytes("6869"), 147)), "2 bytes");
  t.is(describePacket([]), "");
});

test("sequence numbers count from the handshake when the packets before are remembered", (t) => {
  const sequences = new TcpSequences();
  const forth = (sequence: string, acknowledgement: string, flags: string, text = ""): string =>
    ip4("06", `9d78 0050 ${sequence} ${acknowledgement} 50${flags} faf0 0000 0000 ${text}`);
  const back = (sequence: string, acknowledgement: string, flags: string): string =>
    forth(sequence, acknowledgement, flags)
      .replace("0af40102 0af40203", "0af40203 0af40102")
      .replace("9d78 0050", "0050 9d78");
  const describe = (hex: string): string =>
    describePacket(decodePacket(bytes(hex), LINKTYPE_ETHERNET), { sequences });

  t.regex(describe(forth("ffffffff", "00000000", "02")), /\[SYN\] seq=0 win/);
  t.regex(describe(back("80000000", "00000000", "12")), /\[SYN, ACK\] seq=0 ack=1 win/);
  t.regex(describe(forth("00000000", "80000001", "10")), /\[ACK\] seq=1 ack=1 win/);
  t.regex(describe(forth("00000000", "80000001", "18", "6869")), /seq=1 ack=1 win=64240 len=2/);
  t.regex(describe(back("80000001", "00000002", "10")), /seq=1 ack=3 win/);
  t.regex(
    describe(forth("00000007", "00000000", "02")),
    /\[SYN\] seq=0 win/,
    "the port is used again",
  );
});

test("a conversation that was under way when the capture began starts with 1", (t) => {
  const sequences = new TcpSequences();
  const layers = decodePacket(
    bytes(ip4("06", "9d78 0050 00001000 00002000 5010 faf0 0000 0000")),
    LINKTYPE_ETHERNET,
  );
  t.regex(describePacket(layers, { sequences }), /seq=1 ack=1 win/);
});

function hexBytes(hex: string): number {
  return hex.replaceAll(" ", "").length / 2;
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}
