/** The messages of every noun: what is sent, byte by byte, and what Linux 6.18 answers. */
import test from "ava";
import { DecodeError } from "../../../base/podwire-error.ts";
import { cidr } from "../../../net/cidr.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import { type MacAddress, parseMacAddress } from "../../../net/mac-address.ts";
import { bridgeLinkSet, linkAddBridge } from "../devices/bridge.ts";
import { decodeLink, linkGet, linkSet } from "../devices/link.ts";
import { linkAddVeth } from "../devices/veth.ts";
import { linkAddVxlan } from "../devices/vxlan-device.ts";
import type { NetlinkRequest } from "../message.ts";
import { addressAdd, decodeAddress } from "./address.ts";
import { decodeFdbEntry, fdbAppend } from "./fdb.ts";
import { decodeNeighbour, neighbourReplace } from "./neighbour.ts";
import { decodeRoute, routeReplace } from "./route.ts";

// Its callers write six pairs of hex digits.
const mac = (text: string): MacAddress => parseMacAddress(text) as MacAddress;
const bytes = (...words: readonly string[]): Uint8Array =>
  Uint8Array.from(Buffer.from(words.join("").replaceAll(" ", ""), "hex"));

/** struct ifaddrmsg. */
const SHORTEST_HEADER_BYTES = 8;

const requests: ReadonlyArray<{
  readonly title: string;
  readonly request: NetlinkRequest;
  readonly operation: string;
  readonly type: number;
  readonly flags: number;
  /** Fixed header first, then one attribute per entry. */
  readonly payload: readonly string[];
}> = [
  {
    title: "a veth with both ends",
    request: linkAddVeth(
      { name: "va", mac: mac("02:00:00:00:00:0a"), mtu: 1450, masterIndex: 2, state: "up" },
      { name: "eth0", netnsFd: 19 },
    ),
    operation: "RTM_NEWLINK va",
    type: 16,
    flags: 0x600,
    payload: [
      "00000000 00000000 01000000 01000000",
      "0a000100 02000000000a 0000",
      "07000300 766100 00",
      "08000400 aa050000",
      "08000a00 02000000",
      // LINKINFO { KIND veth, DATA { PEER { header, IFNAME eth0, NET_NS_FD 19, one queue each way } } }
      "4c001200 09000100 7665746800 000000",
      "3c000200 38000100 00000000 00000000 00000000 00000000",
      "09000300 6574683000 000000 08001c00 13000000",
      "08001f00 01000000 08002000 01000000",
      "08001f00 01000000 08002000 01000000",
    ],
  },
  {
    title: "a bridge",
    request: linkAddBridge({ name: "br0" }, { nfCallIptables: true }),
    operation: "RTM_NEWLINK br0",
    type: 16,
    flags: 0x600,
    payload: [
      "00000000 00000000 00000000 00000000",
      "08000300 62723000",
      "2c001200 0b000100 62726964676500 00",
      "1c000200 08000100 00000000 08000500 00000000 05002400 01000000",
    ],
  },
  {
    title: "a bridge's port",
    request: bridgeLinkSet("p", { hairpin: true, isolated: false }),
    operation: "RTM_NEWLINK p",
    type: 16,
    flags: 0,
    payload: [
      "00000000 00000000 00000000 00000000",
      "06000300 70000000",
      "24001200 0b000400 62726964676500 00",
      "14000500 05000400 01000000 05002100 00000000",
    ],
  },
  {
    title: "a VXLAN device",
    request: linkAddVxlan(
      { name: "vx" },
      {
        vni: 0x123456,
        port: 8472,
        local: ipAddress("192.168.0.1"),
        linkIndex: 7,
        learning: false,
        ttl: 64,
        udpChecksum: false,
        dontFragment: true,
      },
    ),
    operation: "RTM_NEWLINK vx",
    type: 16,
    flags: 0x600,
    payload: [
      "00000000 00000000 00000000 00000000",
      "07000300 76780000",
      "54001200 0a000100 76786c616e00 0000",
      "44000200 08000100 56341200 08000300 07000000 08000400 c0a80001",
      "05000500 40000000 05000700 00000000 06000f00 21180000 05001200 00000000 05001d00 01000000",
    ],
  },
  {
    title: "taking a device down",
    request: linkSet({ name: "eth0", state: "down" }),
    operation: "RTM_SETLINK eth0",
    type: 19,
    flags: 0,
    payload: ["00000000 00000000 00000000 01000000", "09000300 6574683000 000000"],
  },
  {
    title: "asking for a device",
    request: linkGet("lo"),
    operation: "RTM_GETLINK lo",
    type: 18,
    flags: 0,
    payload: ["00000000 00000000 00000000 00000000", "07000300 6c6f0000", "08001d00 08000000"],
  },
  {
    title: "an IPv4 address",
    request: addressAdd("eth0", { index: 2, address: cidr("10.244.0.5/24"), scope: "global" }),
    operation: "RTM_NEWADDR 10.244.0.5/24 dev eth0",
    type: 20,
    flags: 0x600,
    payload: ["02 18 00 00 02000000", "08000100 0af40005", "08000200 0af40005"],
  },
  {
    title: "an IPv6 address, without duplicate address detection",
    request: addressAdd("eth0", { index: 2, address: cidr("fd00::5/64"), scope: "link" }),
    operation: "RTM_NEWADDR fd00::5/64 dev eth0",
    type: 20,
    flags: 0x600,
    payload: [
      "0a 40 02 fd 02000000",
      "14000100 fd000000000000000000000000000005",
      "14000200 fd000000000000000000000000000005",
    ],
  },
  {
    title: "a default route",
    request: routeReplace({ via: ipAddress("10.244.0.1") }),
    operation: "RTM_NEWROUTE default via 10.244.0.1",
    type: 24,
    flags: 0x500,
    payload: ["02 00 00 00 00 03 00 01 00000000", "08000500 0af40001", "08000f00 fe000000"],
  },
  {
    title: "a route on the link",
    request: routeReplace({ to: cidr("169.254.1.1/32"), index: 3 }),
    operation: "RTM_NEWROUTE 169.254.1.1/32",
    type: 24,
    flags: 0x500,
    payload: [
      "02 20 00 00 00 03 fd 01 00000000",
      "08000100 a9fe0101",
      "08000400 03000000",
      "08000f00 fe000000",
    ],
  },
  {
    title: "a route with everything",
    request: routeReplace({
      to: cidr("10.1.0.0/16"),
      via: ipAddress("192.168.0.2"),
      index: 3,
      source: ipAddress("192.168.0.1"),
      onlink: true,
      metric: 32,
      protocol: 12,
      mtu: 1400,
    }),
    operation: "RTM_NEWROUTE 10.1.0.0/16 via 192.168.0.2",
    type: 24,
    flags: 0x500,
    payload: [
      "02 10 00 00 00 0c 00 01 04000000",
      "08000100 0a010000",
      "08000400 03000000",
      "08000500 c0a80002",
      "08000600 20000000",
      "08000700 c0a80001",
      "0c000800 08000200 78050000",
      "08000f00 fe000000",
    ],
  },
  {
    title: "a blackhole",
    request: routeReplace({ to: cidr("10.2.0.0/26"), type: "blackhole" }),
    operation: "RTM_NEWROUTE blackhole 10.2.0.0/26",
    type: 24,
    flags: 0x500,
    payload: ["02 1a 00 00 00 03 00 06 00000000", "08000100 0a020000", "08000f00 fe000000"],
  },
  {
    title: "a permanent neighbour",
    request: neighbourReplace("eth0", {
      index: 2,
      address: ipAddress("10.0.0.9"),
      mac: mac("02:00:00:00:00:09"),
    }),
    operation: "RTM_NEWNEIGH 10.0.0.9 dev eth0",
    type: 28,
    flags: 0x500,
    payload: ["02000000 02000000 8000 00 00", "08000100 0a000009", "0a000200 020000000009 0000"],
  },
  {
    title: "a forwarding entry with a VNI",
    request: fdbAppend("vx", {
      index: 4,
      mac: mac("00:00:00:00:00:00"),
      destination: ipAddress("192.168.0.2"),
      vni: 42,
    }),
    operation: "RTM_NEWNEIGH 00:00:00:00:00:00 dev vx dst 192.168.0.2",
    type: 28,
    flags: 0xc00,
    payload: [
      "07000000 04000000 c000 02 00",
      "08000100 c0a80002",
      "0a000200 000000000000 0000",
      "08000700 2a000000",
    ],
  },
];

for (const { title, request, payload, ...expected } of requests) {
  test(`a request is laid out as the header says: ${title}`, (t) => {
    const { payload: encoded, ...rest } = request;
    t.deepEqual(rest, expected);
    t.is(Buffer.from(encoded).toString("hex"), Buffer.from(bytes(...payload)).toString("hex"));
  });
}

const answers: ReadonlyArray<{
  readonly title: string;
  readonly decode: (payload: Uint8Array) => unknown;
  readonly payload: Uint8Array;
  readonly value: object;
}> = [
  {
    title: "a bridge's port",
    decode: decodeLink,
    payload: bytes(
      "00000100 03000000 43100100 00000000",
      "09000300 706f727400 000000",
      "05001000 06000000",
      "08000400 dc050000",
      "08000a00 02000000",
      "08000500 02000000",
      "08002500 00000000",
      "0a000100 02000000000a 0000",
      "30001200 09000100 7665746800 000000",
      "0b000400 62726964676500 00",
      "14000500 05000400 01000000 05002100 00000000",
    ),
    value: {
      index: 3,
      name: "port",
      kind: "veth",
      mac: mac("02:00:00:00:00:0a"),
      mtu: 1500,
      up: true,
      carrier: true,
      operational: true,
      masterIndex: 2,
      linkIndex: 2,
      linkNetnsId: 0,
      bridge: undefined,
      port: { hairpin: true, isolated: false },
      vxlan: undefined,
    },
  },
  {
    title: "an address, whose other attributes are skipped",
    decode: decodeAddress,
    payload: bytes(
      "02188000 02000000 08000100 c0a80001 08000200 c0a80001 08000300 62723000",
      "08000800 80000000 14000600 ffffffff ffffffff 92360700 92360700",
    ),
    value: { index: 2, address: cidr("192.168.0.1/24"), scope: "global" },
  },
  {
    title: "a route",
    decode: decodeRoute,
    payload: bytes(
      "02100000 fe0c0001 00000000 08000f00 fe000000 08000100 0a010000 08000600 20000000",
      "0c000800 08000200 78050000 08000700 c0a80001 08000500 c0a80002 08000400 02000000",
    ),
    value: {
      to: cidr("10.1.0.0/16"),
      via: ipAddress("192.168.0.2"),
      index: 2,
      source: ipAddress("192.168.0.1"),
      type: "unicast",
      scope: "global",
      onlink: false,
      metric: 32,
      protocol: 12,
      table: 254,
      mtu: 1400,
    },
  },
  {
    title: "a neighbour that nobody could find",
    decode: decodeNeighbour,
    payload: bytes("02000000 02000000 20000001 08000100 c0a80009"),
    value: { index: 2, address: ipAddress("192.168.0.9"), mac: undefined, state: "failed" },
  },
  {
    title: "a forwarding entry of a VXLAN device",
    decode: decodeFdbEntry,
    payload: bytes(
      "07000000 04000000 c0000201 0a000200 00000000 00000000 08000100 c0a80002 08000700 2a000000",
      "14000300 00000000 00000000 00000000 00000000",
    ),
    value: {
      index: 4,
      mac: mac("00:00:00:00:00:00"),
      destination: ipAddress("192.168.0.2"),
      vni: 42,
      masterIndex: undefined,
      permanent: true,
    },
  },
];

for (const { title, decode, payload, value } of answers) {
  test(`an answer is read: ${title}`, (t) => {
    t.deepEqual(decode(payload), value);
  });

  test(`a truncated answer is refused, or says less, and throws nothing else: ${title}`, (t) => {
    for (let length = 0; length < payload.byteLength; length++) {
      const refused = isRefused(() => decode(payload.subarray(0, length)));
      t.true(refused || length >= SHORTEST_HEADER_BYTES, `${length} bytes`);
    }
  });
}

/** Anything but a DecodeError is thrown on. */
function isRefused(decode: () => unknown): boolean {
  try {
    decode();
    return false;
  } catch (error) {
    if (error instanceof DecodeError) return true;
    throw error;
  }
}

for (const name of ["", "sixteen-bytes-br"]) {
  test(`a device's name of ${name.length} bytes is refused`, (t) => {
    t.throws(() => linkSet({ name }), { instanceOf: RangeError });
  });
}
