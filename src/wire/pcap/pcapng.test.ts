import test from "ava";
import { DecodeError } from "../../base/podwire-error.ts";
import {
  encodeEnhancedPacket,
  encodeInterfaceDescription,
  encodeInterfaceStatistics,
  encodeSectionHeader,
} from "./pcapng-writer.ts";
import { PcapngReader } from "./testing/pcapng-reader.ts";

interface Seen {
  readonly interface: number;
  readonly name: string | undefined;
  readonly timestampNs: bigint | undefined;
  readonly originalLength: number;
  readonly data: readonly number[];
  readonly comment: string | undefined;
}

interface BlockCase {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly wire: readonly number[];
}

// biome-ignore format: one word per line reads like the format's diagrams.
const blocks: readonly BlockCase[] = [
  {
    title: "section header",
    bytes: encodeSectionHeader({ application: "podwire" }),
    wire: [
      0x0a, 0x0d, 0x0d, 0x0a,
      0x2c, 0x00, 0x00, 0x00, // 44 bytes
      0x4d, 0x3c, 0x2b, 0x1a,
      0x01, 0x00, 0x00, 0x00,
      0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff,
      0x04, 0x00, 0x07, 0x00, // shb_userappl
      0x70, 0x6f, 0x64, 0x77, 0x69, 0x72, 0x65, 0x00,
      0x00, 0x00, 0x00, 0x00,
      0x2c, 0x00, 0x00, 0x00,
    ],
  },
  {
    title: "section header without options",
    bytes: encodeSectionHeader(),
    wire: [
      0x0a, 0x0d, 0x0d, 0x0a,
      0x1c, 0x00, 0x00, 0x00,
      0x4d, 0x3c, 0x2b, 0x1a,
      0x01, 0x00, 0x00, 0x00,
      0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff,
      0x1c, 0x00, 0x00, 0x00,
    ],
  },
  {
    title: "interface description",
    bytes: encodeInterfaceDescription({ linkType: 1, name: "eth0", filter: "tcp", snapLength: 96 }),
    wire: [
      0x01, 0x00, 0x00, 0x00,
      0x30, 0x00, 0x00, 0x00,
      0x01, 0x00, 0x00, 0x00,
      0x60, 0x00, 0x00, 0x00,
      0x02, 0x00, 0x04, 0x00, // if_name
      0x65, 0x74, 0x68, 0x30,
      0x09, 0x00, 0x01, 0x00, // if_tsresol: nanoseconds
      0x09, 0x00, 0x00, 0x00,
      0x0b, 0x00, 0x04, 0x00, // if_filter: libpcap's language
      0x00, 0x74, 0x63, 0x70,
      0x00, 0x00, 0x00, 0x00,
      0x30, 0x00, 0x00, 0x00,
    ],
  },
  {
    title: "packet, cut, with a comment",
    bytes: encodeEnhancedPacket({
      interfaceId: 2,
      timestampNs: 0x0123_4567_89ab_cdefn,
      data: Uint8Array.of(0xca, 0xfe, 0x01, 0x02, 0x03),
      originalLength: 1500,
      comment: "hi",
    }),
    wire: [
      0x06, 0x00, 0x00, 0x00,
      0x34, 0x00, 0x00, 0x00,
      0x02, 0x00, 0x00, 0x00,
      0x67, 0x45, 0x23, 0x01, // upper half of the time
      0xef, 0xcd, 0xab, 0x89,
      0x05, 0x00, 0x00, 0x00,
      0xdc, 0x05, 0x00, 0x00,
      0xca, 0xfe, 0x01, 0x02,
      0x03, 0x00, 0x00, 0x00,
      0x01, 0x00, 0x02, 0x00, // opt_comment
      0x68, 0x69, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00,
      0x34, 0x00, 0x00, 0x00,
    ],
  },
  {
    title: "interface statistics",
    bytes: encodeInterfaceStatistics({ interfaceId: 1, timestampNs: 1n, received: 256, dropped: 3 }),
    wire: [
      0x05, 0x00, 0x00, 0x00,
      0x34, 0x00, 0x00, 0x00,
      0x01, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00,
      0x01, 0x00, 0x00, 0x00,
      0x04, 0x00, 0x08, 0x00,
      0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x05, 0x00, 0x08, 0x00,
      0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00,
      0x34, 0x00, 0x00, 0x00,
    ],
  },
];

for (const { title, bytes, wire } of blocks) {
  test(`a block is written as the format draws it: ${title}`, (t) => {
    t.deepEqual([...bytes], wire);
  });
}

const captured: readonly Uint8Array[] = [
  encodeSectionHeader({ application: "podwire", os: "Linux", comment: "a lab" }),
  encodeInterfaceDescription({ linkType: 1, name: "node01:eth0", description: "underlay" }),
  encodeInterfaceDescription({ linkType: 276, name: "any" }),
  encodeEnhancedPacket({
    interfaceId: 1,
    timestampNs: 1_700_000_000_123_456_789n,
    data: Uint8Array.of(1, 2, 3),
    comment: "größer",
  }),
  encodeEnhancedPacket({
    interfaceId: 0,
    timestampNs: 5n,
    data: Uint8Array.of(4),
    originalLength: 9,
  }),
  encodeInterfaceStatistics({ interfaceId: 0, timestampNs: 9n, received: 10, dropped: 2 }),
];

const file = join(captured);

const seenInFile: readonly Seen[] = [
  {
    interface: 1,
    name: "any",
    timestampNs: 1_700_000_000_123_456_789n,
    originalLength: 3,
    data: [1, 2, 3],
    comment: "größer",
  },
  {
    interface: 0,
    name: "node01:eth0",
    timestampNs: 5n,
    originalLength: 9,
    data: [4],
    comment: undefined,
  },
];

test("what was written is read again, wherever the stream is cut", (t) => {
  for (let cut = 0; cut <= file.byteLength; cut++) {
    const reader = new PcapngReader();
    const head = read(reader, file.subarray(0, cut));
    t.deepEqual([...head, ...read(reader, file.subarray(cut))], seenInFile, `cut at ${cut}`);
    reader.finish();
    t.deepEqual(
      reader.statistics.map(({ received, dropped, interface: { id, description } }) => ({
        received,
        dropped,
        id,
        description,
      })),
      [{ received: 10, dropped: 2, id: 0, description: "underlay" }],
    );
  }
});

test("a file that ends early gives its whole packets and then says so", (t) => {
  const ends = captured.map((_, index) => join(captured.slice(0, index + 1)).byteLength);
  for (let length = 0; length < file.byteLength; length++) {
    const reader = new PcapngReader();
    reader.push(file.subarray(0, length));
    if (ends.includes(length)) {
      t.notThrows(() => reader.finish());
    } else {
      const error = t.throws(() => reader.finish(), { instanceOf: DecodeError });
      t.is(error?.code, "DECODE_TRUNCATED");
      t.is(error?.offset, length);
    }
  }
});

// biome-ignore format: one word per line reads like the format's diagrams.
const bigEndian = Uint8Array.of(
  0x0a, 0x0d, 0x0d, 0x0a,
  0x00, 0x00, 0x00, 0x1c,
  0x1a, 0x2b, 0x3c, 0x4d,
  0x00, 0x01, 0x00, 0x00,
  0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff,
  0x00, 0x00, 0x00, 0x1c,

  0x00, 0x00, 0x00, 0x01, // interface, microseconds for want of an option
  0x00, 0x00, 0x00, 0x14,
  0x00, 0x65, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x02, // snap length 2
  0x00, 0x00, 0x00, 0x14,

  0x00, 0x00, 0x00, 0x01, // interface, units of 2^-10 seconds from second 100 on
  0x00, 0x00, 0x00, 0x2c,
  0x00, 0x01, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x09, 0x00, 0x01,
  0x8a, 0x00, 0x00, 0x00,
  0x00, 0x0e, 0x00, 0x08,
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x64,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x2c,

  0x00, 0x00, 0x0b, 0xad, // a block that nobody knows
  0x00, 0x00, 0x00, 0x10,
  0xff, 0xff, 0xff, 0xff,
  0x00, 0x00, 0x00, 0x10,

  0x00, 0x00, 0x00, 0x03, // simple packet of three bytes, two of them here
  0x00, 0x00, 0x00, 0x14,
  0x00, 0x00, 0x00, 0x03,
  0xca, 0xfe, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x14,

  0x00, 0x00, 0x00, 0x06, // packet without options
  0x00, 0x00, 0x00, 0x24,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x07,
  0x00, 0x00, 0x00, 0x01,
  0x00, 0x00, 0x00, 0x01,
  0xaa, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x24,

  0x00, 0x00, 0x00, 0x06,
  0x00, 0x00, 0x00, 0x20,
  0x00, 0x00, 0x00, 0x01,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x02, 0x00, // half a second
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x20,
);

const seenInBigEndian: readonly Seen[] = [
  {
    interface: 0,
    name: undefined,
    timestampNs: undefined,
    originalLength: 3,
    data: [0xca, 0xfe],
    comment: undefined,
  },
  {
    interface: 0,
    name: undefined,
    timestampNs: 7_000n,
    originalLength: 1,
    data: [0xaa],
    comment: undefined,
  },
  {
    interface: 1,
    name: undefined,
    timestampNs: 100_500_000_000n,
    originalLength: 0,
    data: [],
    comment: undefined,
  },
];

test("big-endian files, simple packets, unknown blocks and other resolutions are read", (t) => {
  t.deepEqual(read(new PcapngReader(), bigEndian), seenInBigEndian);
});

test("a file of two sections is read through, and interfaces count anew", (t) => {
  t.deepEqual(read(new PcapngReader(), join([file, bigEndian, file])), [
    ...seenInFile,
    ...seenInBigEndian,
    ...seenInFile,
  ]);
});

interface MalformedCase {
  readonly title: string;
  readonly wire: Uint8Array;
  readonly offset: number;
}

const header = encodeSectionHeader();
const packet = encodeEnhancedPacket({ interfaceId: 0, timestampNs: 0n, data: Uint8Array.of(1) });
const ethernet = encodeInterfaceDescription({ linkType: 1, name: "eth0" });

const malformed: readonly MalformedCase[] = [
  { title: "no section header first", wire: ethernet, offset: 0 },
  { title: "no byte-order magic", wire: changed(header, 8, [0, 0, 0, 0]), offset: 8 },
  {
    title: "block shorter than its frame",
    wire: join([header, changed(ethernet, 4, [8])]),
    offset: 32,
  },
  {
    title: "block length no multiple of four",
    wire: join([header, changed(ethernet, 4, [33])]),
    offset: 32,
  },
  {
    title: "block of more than 16 MiB",
    wire: join([header, changed(ethernet, 4, [0, 0, 0, 2])]),
    offset: 32,
  },
  {
    title: "two lengths that differ",
    wire: join([header, changed(ethernet, ethernet.byteLength - 4, [0])]),
    offset: 28 + ethernet.byteLength - 4,
  },
  {
    title: "packet of an interface that was not described",
    wire: join([header, packet]),
    offset: 36,
  },
  {
    title: "packet longer than its block",
    wire: join([header, ethernet, changed(packet, 20, [9])]),
    offset: 28 + ethernet.byteLength + 8,
  },
  {
    title: "option longer than its block",
    wire: join([header, changed(ethernet, 18, [99])]),
    offset: 44,
  },
  {
    title: "simple packet without an interface",
    wire: join([header, Uint8Array.of(3, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0)]),
    offset: 28,
  },
  {
    title: "interface description without room for its fields",
    wire: join([header, Uint8Array.of(1, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0)]),
    offset: 36,
  },
];

for (const { title, wire, offset } of malformed) {
  test(`a malformed file is refused where it is: ${title}`, (t) => {
    const error = t.throws(() => new PcapngReader().push(wire), { instanceOf: DecodeError });
    t.is(error?.code, "DECODE_MALFORMED");
    t.is(error?.offset, offset);
  });
}

function read(reader: PcapngReader, chunk: Uint8Array): readonly Seen[] {
  return reader.push(chunk).map((seen) => ({
    interface: seen.interface.id,
    name: seen.interface.name,
    timestampNs: seen.timestampNs,
    originalLength: seen.originalLength,
    data: [...seen.data],
    comment: seen.comment,
  }));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function changed(bytes: Uint8Array, offset: number, values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, offset);
  return copy;
}
