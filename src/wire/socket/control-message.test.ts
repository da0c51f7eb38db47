import test from "ava";
import { DecodeError } from "../../base/podwire-error.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { decodeControlMessages } from "./control-message.ts";
import { decodeEcho, encodeEchoRequest } from "./icmp-echo.ts";

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const header = (length: number, level: number, type: number): number[] => [
  ...[length, ...zeros(7)],
  ...[level, 0, 0, 0],
  ...[type, 0, 0, 0],
];

/** 1,700,000,000 s and 5 ns. */
const timestamp = [...header(32, 1, 35), 0x00, 0xf1, 0x53, 0x65, ...zeros(4), 5, ...zeros(7)];
/** Its payload of 4 bytes is padded to 8. */
const ttl = [...header(20, 0, 2), 63, 0, 0, 0, ...zeros(4)];
/** EHOSTUNREACH by ICMP type 3 code 1, from 203.0.113.2. */
const error = [
  ...header(48, 0, 11),
  ...[113, 0, 0, 0, 2, 3, 1, 0, ...zeros(8)],
  ...[2, 0, 0, 0, 203, 0, 113, 2, ...zeros(8)],
];
const other = [...header(20, 1, 99), 1, 2, 3, 4, ...zeros(4)];

const report = {
  errno: 113,
  origin: "icmp",
  type: 3,
  code: 1,
  info: 0,
  offender: ipAddress("203.0.113.2"),
};

for (const { title, wire, value } of [
  { title: "none", wire: [], value: {} },
  { title: "a timestamp", wire: timestamp, value: { timestampNs: 1_700_000_000_000_000_005n } },
  { title: "a TTL", wire: ttl, value: { ttl: 63 } },
  { title: "a hop limit", wire: [...header(20, 41, 52), 64, 0, 0, 0], value: { ttl: 64 } },
  { title: "an ICMP error", wire: error, value: { error: report } },
  {
    title: "an error without an offender",
    wire: [...header(48, 0, 11), 90, 0, 0, 0, 1, ...zeros(3), 0xdc, 5, ...zeros(22)],
    value: {
      error: { errno: 90, origin: "local", type: 0, code: 0, info: 1500, offender: undefined },
    },
  },
  {
    title: "all, and one that is not known",
    wire: [...timestamp, ...other, ...ttl, ...error],
    value: { timestampNs: 1_700_000_000_000_000_005n, ttl: 63, error: report },
  },
]) {
  test(`control messages are read: ${title}`, (t) => {
    t.deepEqual<unknown, unknown>(decodeControlMessages(Uint8Array.from(wire)), value);
  });
}

test("a truncated control message is refused", (t) => {
  const bytes = Uint8Array.from(error);
  for (let length = 16; length < bytes.byteLength; length++) {
    t.throws(() => decodeControlMessages(bytes.subarray(0, length)), { instanceOf: DecodeError });
  }
});

test("a length shorter than its header is refused", (t) => {
  const bytes = Uint8Array.from(header(15, 0, 2));
  t.throws(() => decodeControlMessages(bytes), { code: "DECODE_MALFORMED" });
});

for (const [family, type] of [
  ["ipv4", 8],
  ["ipv6", 128],
] as const) {
  test(`an echo request has its type and sequence, and leaves the rest to the kernel: ${family}`, (t) => {
    const echo = { sequence: 0x1234, data: Uint8Array.of(0xca, 0xfe) };
    const wire = encodeEchoRequest(family, echo);
    t.deepEqual([...wire], [type, 0, 0, 0, 0, 0, 0x12, 0x34, 0xca, 0xfe]);
    t.deepEqual(decodeEcho(wire), echo);
  });
}

test("a truncated echo is refused", (t) => {
  for (let length = 0; length < 8; length++) {
    t.throws(() => decodeEcho(new Uint8Array(length)), { code: "DECODE_TRUNCATED" });
  }
});
