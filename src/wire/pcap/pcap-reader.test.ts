import test from "ava";
import { DecodeError } from "../../base/podwire-error.ts";
import { PcapReader } from "./pcap-reader.ts";

interface Seen {
  readonly timestampNs: bigint;
  readonly originalLength: number;
  readonly data: readonly number[];
}

interface Case {
  readonly title: string;
  readonly wire: readonly number[];
  readonly linkType: number;
  readonly records: readonly Seen[];
}

// biome-ignore format: one field per line reads like the format's own table.
const littleEndianMicroseconds = [
  0xd4, 0xc3, 0xb2, 0xa1,
  0x02, 0x00, 0x04, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x04, 0x00, // snap length
  0x01, 0x00, 0x00, 0x00, // link type
  0x0a, 0x00, 0x00, 0x00, // seconds
  0x02, 0x00, 0x00, 0x00, // microseconds
  0x03, 0x00, 0x00, 0x00, // captured
  0x05, 0x00, 0x00, 0x00, // on the wire
  0xca, 0xfe, 0x01,
  0x0b, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
];

// biome-ignore format: one field per line reads like the format's own table.
const bigEndianNanoseconds = [
  0xa1, 0xb2, 0x3c, 0x4d,
  0x00, 0x02, 0x00, 0x04,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x04, 0x00, 0x00,
  0x00, 0x00, 0x01, 0x14, // 276
  0xff, 0xff, 0xff, 0xff,
  0x3b, 0x9a, 0xc9, 0xff, // 999999999
  0x00, 0x00, 0x00, 0x01,
  0x00, 0x00, 0x00, 0x01,
  0xca,
];

const cases: readonly Case[] = [
  {
    title: "little-endian, microseconds, the first packet cut",
    wire: littleEndianMicroseconds,
    linkType: 1,
    records: [
      { timestampNs: 10_000_002_000n, originalLength: 5, data: [0xca, 0xfe, 0x01] },
      { timestampNs: 11_000_000_000n, originalLength: 0, data: [] },
    ],
  },
  {
    title: "big-endian, nanoseconds, the last second of the format",
    wire: bigEndianNanoseconds,
    linkType: 276,
    records: [{ timestampNs: 4_294_967_295_999_999_999n, originalLength: 1, data: [0xca] }],
  },
];

function read(reader: PcapReader, chunk: Uint8Array): readonly Seen[] {
  return reader.push(chunk).map(({ timestampNs, originalLength, data }) => ({
    timestampNs,
    originalLength,
    data: [...data],
  }));
}

for (const { title, wire, linkType, records } of cases) {
  const bytes = Uint8Array.from(wire);

  test(`a stream read at once: ${title}`, (t) => {
    const reader = new PcapReader();
    t.is(reader.linkType, undefined);
    t.deepEqual(read(reader, bytes), records);
    t.is(reader.linkType, linkType);
    t.notThrows(() => reader.finish());
  });

  test(`the same records come wherever the stream is cut in two: ${title}`, (t) => {
    for (let cut = 0; cut <= bytes.byteLength; cut++) {
      const reader = new PcapReader();
      const head = read(reader, bytes.subarray(0, cut));
      t.deepEqual([...head, ...read(reader, bytes.subarray(cut))], records, `cut at ${cut}`);
      reader.finish();
    }
  });

  test(`the same records come byte by byte, from Buffers: ${title}`, (t) => {
    const reader = new PcapReader();
    const seen = [...bytes].flatMap((byte) => read(reader, Buffer.of(byte)));
    t.deepEqual(seen, records);
  });

  test(`a stream that ends early gives its whole records and then says so: ${title}`, (t) => {
    const ends = new Set(recordEnds(records));
    for (let length = 0; length < bytes.byteLength; length++) {
      const reader = new PcapReader();
      reader.push(bytes.subarray(0, length));
      if (ends.has(length)) {
        t.notThrows(() => reader.finish(), `${length} bytes`);
      } else {
        const error = t.throws(() => reader.finish(), { instanceOf: DecodeError });
        t.is(error?.code, "DECODE_TRUNCATED");
        t.is(error?.offset, length);
      }
    }
  });
}

/** Where a stream may end: behind the header, and behind each record. */
function recordEnds(records: readonly Seen[]): readonly number[] {
  const ends = [24];
  for (const { data } of records) ends.push((ends.at(-1) ?? 0) + 16 + data.length);
  return ends;
}

test("a file with another magic number is refused at its first byte", (t) => {
  const error = t.throws(() => new PcapReader().push(new Uint8Array(24)), {
    instanceOf: DecodeError,
  });
  t.is(error?.code, "DECODE_MALFORMED");
  t.is(error?.offset, 0);
});

test("a record longer than any packet is refused where it says so", (t) => {
  const bytes = Uint8Array.from(littleEndianMicroseconds);
  bytes.set([0x01, 0x00, 0x04, 0x00], 24 + 16 + 3 + 8);
  const error = t.throws(() => new PcapReader().push(bytes), { instanceOf: DecodeError });
  t.is(error?.code, "DECODE_MALFORMED");
  t.is(error?.offset, 24 + 16 + 3 + 8);
});

test("records are views of the chunk, not copies", (t) => {
  const bytes = Uint8Array.from(littleEndianMicroseconds);
  const [first] = new PcapReader().push(bytes);
  t.is(first?.data.buffer, bytes.buffer);
});

test("a link type with a frame check sequence is still that link type", (t) => {
  const bytes = Uint8Array.from(littleEndianMicroseconds);
  bytes.set([0x01, 0x00, 0x00, 0x24], 20);
  const reader = new PcapReader();
  reader.push(bytes);
  t.is(reader.linkType, 1);
});
