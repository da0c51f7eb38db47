import test from "ava";
import fc from "fast-check";
import { DecodeError } from "../../../base/podwire-error.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import { decodeDns } from "./decode.ts";
import { encodeDnsQuery, prefixDnsLength } from "./encode.ts";
import { decodeDnsName, encodeDnsName } from "./name.ts";
import { type DnsData, dnsTypeName, dnsTypeNumber } from "./record.ts";
import { dnsRcodeName, formatDnsData } from "./text.ts";

// biome-ignore format: one field per line reads like the RFC.
const query = Uint8Array.of(
  0x1a, 0x2b,
  0x01, 0x00,
  0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
  0x05, 0x72, 0x65, 0x64, 0x69, 0x73, 0x04, 0x76, 0x6f, 0x74, 0x65, 0x00, // redis.vote
  0x00, 0x01, 0x00, 0x01,
  0x00, 0x00, 0x29, 0x04, 0xd0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // OPT, 1232 bytes
);

test("a query is written as RFC 1035 draws it, and read back", (t) => {
  const fields = { id: 0x1a2b, name: "redis.vote", type: 1, udpPayloadBytes: 1232 };
  t.deepEqual(encodeDnsQuery(fields), query);
  t.deepEqual(decodeDns(query), {
    id: 0x1a2b,
    isResponse: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [{ name: "redis.vote", type: 1, class: 1 }],
    answers: [],
    authorities: [],
    additionals: [
      {
        name: "<Root>",
        type: 41,
        class: 1232,
        ttlSeconds: 0,
        data: { type: "opt", udpPayloadBytes: 1232, options: new Uint8Array() },
      },
    ],
  });
});

test("every shorter message is refused, at a byte that it has not", (t) => {
  for (let length = 0; length < query.byteLength; length++) {
    const error = t.throws(() => decodeDns(query.subarray(0, length)), { instanceOf: DecodeError });
    t.is(error?.code, "DECODE_TRUNCATED");
    t.is(error?.offset, length);
  }
});

test("over TCP the length goes before the message", (t) => {
  t.deepEqual(prefixDnsLength(Uint8Array.of(9, 8)), Uint8Array.of(0, 2, 9, 8));
});

test("flags are told apart", (t) => {
  const flags = (word: number) => {
    const message = new Uint8Array(12);
    new DataView(message.buffer).setUint16(2, word);
    return decodeDns(message);
  };
  t.true(flags(0x8000).isResponse);
  t.is(flags(0x2800).opcode, 5);
  t.true(flags(0x0400).authoritative);
  t.true(flags(0x0200).truncated);
  t.true(flags(0x0100).recursionDesired);
  t.true(flags(0x0080).recursionAvailable);
  t.true(flags(0x0020).authenticData);
  t.true(flags(0x0010).checkingDisabled);
  t.is(flags(0x0003).rcode, 3);
});

interface RecordCase {
  readonly title: string;
  readonly type: number;
  readonly wire: readonly number[];
  readonly data: DnsData;
  readonly text: string;
}

/** Points to `redis.vote`, which stands at byte 12. */
const pointer = [0xc0, 0x0c];

const records: readonly RecordCase[] = [
  {
    title: "A",
    type: 1,
    wire: [10, 96, 0, 10],
    data: { type: "a", address: ipAddress("10.96.0.10") },
    text: "10.96.0.10",
  },
  {
    title: "AAAA",
    type: 28,
    wire: [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    data: { type: "aaaa", address: ipAddress("fd00::1") },
    text: "fd00::1",
  },
  {
    title: "CNAME with a label before the pointer",
    type: 5,
    wire: [1, 0x61, ...pointer],
    data: { type: "cname", name: "a.redis.vote" },
    text: "a.redis.vote",
  },
  {
    title: "PTR",
    type: 12,
    wire: pointer,
    data: { type: "ptr", name: "redis.vote" },
    text: "redis.vote",
  },
  {
    title: "NS of the root",
    type: 2,
    wire: [0],
    data: { type: "ns", name: "<Root>" },
    text: "<Root>",
  },
  {
    title: "MX",
    type: 15,
    wire: [0, 10, ...pointer],
    data: { type: "mx", preference: 10, name: "redis.vote" },
    text: "10 redis.vote",
  },
  {
    title: "SRV",
    type: 33,
    wire: [0, 1, 0, 100, 0x18, 0xeb, ...pointer],
    data: { type: "srv", priority: 1, weight: 100, port: 6379, name: "redis.vote" },
    text: "1 100 6379 redis.vote",
  },
  {
    title: "TXT",
    type: 16,
    wire: [3, 0x76, 0x3d, 0x31, 0],
    data: { type: "txt", texts: ["v=1", ""] },
    text: '"v=1" ""',
  },
  {
    title: "SOA",
    type: 6,
    wire: [...pointer, ...pointer, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5],
    data: {
      type: "soa",
      primary: "redis.vote",
      mailbox: "redis.vote",
      serial: 1,
      refreshSeconds: 2,
      retrySeconds: 3,
      expireSeconds: 4,
      minimumSeconds: 5,
    },
    text: "redis.vote redis.vote 1 2 3 4 5",
  },
  {
    title: "a type that has no name here",
    type: 65,
    wire: [0xca, 0xfe],
    data: { type: "unknown", bytes: Uint8Array.of(0xca, 0xfe) },
    text: "\\# 2 cafe",
  },
];

for (const { title, type, wire, data, text } of records) {
  const message = answer(type, wire);

  test(`record data: ${title}`, (t) => {
    const [record] = decodeDns(message).answers;
    t.deepEqual(record, { name: "redis.vote", type, class: 1, ttlSeconds: 30, data });
    t.is(formatDnsData(data), text);
  });

  test(`a message that ends within the record is refused: ${title}`, (t) => {
    for (let length = 28; length < message.byteLength; length++) {
      t.throws(() => decodeDns(message.subarray(0, length)), { instanceOf: DecodeError });
    }
  });
}

const malformedRecords: ReadonlyArray<
  readonly [title: string, type: number, wire: readonly number[]]
> = [
  ["an A of three bytes", 1, [10, 96, 0]],
  ["an AAAA of four bytes", 28, [10, 96, 0, 10]],
  ["an SRV without a name", 33, [0, 0, 0, 0, 0, 0]],
  ["an SRV without a port", 33, [0, 0, 0, 0]],
  ["an MX without a preference", 15, [0]],
  ["a CNAME that points to itself", 5, [0xc0, 0x28]],
  ["a CNAME that points forward", 5, [0xc0, 0xff]],
  ["a CNAME longer than its record", 5, [5, 0x61]],
  ["a TXT longer than its record", 16, [5, 0x61]],
  ["an SOA without its numbers", 6, [...pointer, ...pointer, 0, 0, 0, 1]],
  ["a label of a kind that is not defined", 5, [0x40, 0x61]],
];

for (const [title, type, wire] of malformedRecords) {
  test(`malformed: ${title}`, (t) => {
    t.throws(() => decodeDns(answer(type, wire)), { instanceOf: DecodeError });
  });
}

test("a name of more than 255 bytes is refused, however it is put together", (t) => {
  const label = [63, ...new Array<number>(63).fill(0x61)];
  const long = Uint8Array.of(...label, ...label, ...label, ...label, 0);
  t.throws(() => decodeDnsName(long, 0), { instanceOf: DecodeError });
});

test("bytes that no host name has are written as zone files do", (t) => {
  t.is(decodeDnsName(Uint8Array.of(4, 0x61, 0x2e, 0x5c, 0xff, 0), 0).name, "a\\046\\092\\255");
});

test("names are the same when encoded and decoded", (t) => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 8 }), (labels) => {
      const bytes = encodeDnsName(labels.join("."));
      t.deepEqual(decodeDnsName(bytes, 0), { name: labels.join("."), next: bytes.byteLength });
    }),
    { seed: 1 },
  );
});

test("a final dot and the root are understood, empty and long labels are refused", (t) => {
  t.deepEqual(encodeDnsName("a."), Uint8Array.of(1, 0x61, 0));
  t.deepEqual(encodeDnsName("."), Uint8Array.of(0));
  t.deepEqual(encodeDnsName("<Root>"), Uint8Array.of(0));
  t.throws(() => encodeDnsName("a..b"), { instanceOf: RangeError });
  t.throws(() => encodeDnsName("a".repeat(64)), { instanceOf: RangeError });
  t.throws(() => encodeDnsName(new Array(130).fill("a").join(".")), { instanceOf: RangeError });
});

test("types and response codes have names, and numbers where they have none", (t) => {
  t.is(dnsTypeName(33), "SRV");
  t.is(dnsTypeName(65), "TYPE65");
  t.is(dnsTypeNumber("srv"), 33);
  t.is(dnsTypeNumber("TYPE65"), 65);
  t.is(dnsTypeNumber("TYPE70000"), undefined);
  t.is(dnsTypeNumber("HOST"), undefined);
  t.is(dnsRcodeName(3), "NXDOMAIN");
  t.is(dnsRcodeName(9), "RCODE9");
});

/** A response with the question `redis.vote`, which ends at byte 28, and one record of that name. */
function answer(type: number, data: readonly number[]): Uint8Array {
  const question = query.subarray(12, 28);
  const record = [...pointer, 0, type, 0, 1, 0, 0, 0, 30, 0, data.length, ...data];
  return Uint8Array.of(0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question, ...record);
}
