import test from "ava";
import fc from "fast-check";
import { DecodeError } from "../../base/podwire-error.ts";
import { decodeFrame, encodeFrame, frameLength, type SpdyFrame } from "./frame.ts";
import { FrameStream } from "./frame-stream.ts";
import { decodeHeaderBlock, encodeHeaderBlock, type SpdyHeaders } from "./header-block.ts";
import { HeaderReader, HeaderWriter } from "./header-compression.ts";
import { headerDictionary } from "./header-dictionary.ts";

interface Case {
  readonly title: string;
  readonly wire: readonly number[];
  readonly frame: SpdyFrame;
}

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

// biome-ignore format: one wire word per line reads like the draft's diagrams.
const cases: readonly Case[] = [
  {
    title: "SYN_STREAM, the last of its side, of low priority",
    wire: [
      0x80, 0x03, 0x00, 0x01,
      0x01, 0x00, 0x00, 0x0c,
      0x00, 0x00, 0x00, 0x05,
      0x00, 0x00, 0x00, 0x01,
      0xe0, 0x00, 0xca, 0xfe,
    ],
    frame: { type: "SYN_STREAM", streamId: 5, associatedStreamId: 1, priority: 7, fin: true, unidirectional: false, headerBlock: bytes(0xca, 0xfe) },
  },
  {
    title: "SYN_REPLY",
    wire: [
      0x80, 0x03, 0x00, 0x02,
      0x00, 0x00, 0x00, 0x05,
      0x00, 0x00, 0x00, 0x07,
      0xaa,
    ],
    frame: { type: "SYN_REPLY", streamId: 7, fin: false, headerBlock: bytes(0xaa) },
  },
  {
    title: "HEADERS with FIN",
    wire: [
      0x80, 0x03, 0x00, 0x08,
      0x01, 0x00, 0x00, 0x04,
      0x00, 0x00, 0x00, 0x07,
    ],
    frame: { type: "HEADERS", streamId: 7, fin: true, headerBlock: bytes() },
  },
  {
    title: "RST_STREAM",
    wire: [
      0x80, 0x03, 0x00, 0x03,
      0x00, 0x00, 0x00, 0x08,
      0x00, 0x00, 0x00, 0x09,
      0x00, 0x00, 0x00, 0x05,
    ],
    frame: { type: "RST_STREAM", streamId: 9, status: 5 },
  },
  {
    title: "SETTINGS with two",
    wire: [
      0x80, 0x03, 0x00, 0x04,
      0x00, 0x00, 0x00, 0x14,
      0x00, 0x00, 0x00, 0x02,
      0x01, 0x00, 0x00, 0x04,
      0x00, 0x00, 0x00, 0x64,
      0x00, 0x00, 0x00, 0x07,
      0x00, 0x01, 0x00, 0x00,
    ],
    frame: { type: "SETTINGS", flags: 0, settings: [{ id: 4, flags: 1, value: 100 }, { id: 7, flags: 0, value: 65_536 }] },
  },
  {
    title: "PING",
    wire: [
      0x80, 0x03, 0x00, 0x06,
      0x00, 0x00, 0x00, 0x04,
      0x00, 0x00, 0x00, 0x01,
    ],
    frame: { type: "PING", id: 1 },
  },
  {
    title: "GOAWAY",
    wire: [
      0x80, 0x03, 0x00, 0x07,
      0x00, 0x00, 0x00, 0x08,
      0x00, 0x00, 0x00, 0x0b,
      0x00, 0x00, 0x00, 0x00,
    ],
    frame: { type: "GOAWAY", lastStreamId: 11, status: 0 },
  },
  {
    title: "WINDOW_UPDATE of the connection",
    wire: [
      0x80, 0x03, 0x00, 0x09,
      0x00, 0x00, 0x00, 0x08,
      0x00, 0x00, 0x00, 0x00,
      0x00, 0x01, 0x00, 0x00,
    ],
    frame: { type: "WINDOW_UPDATE", streamId: 0, delta: 65_536 },
  },
  {
    title: "a control frame of no known type",
    wire: [
      0x80, 0x03, 0x00, 0x63,
      0x05, 0x00, 0x00, 0x01,
      0xff,
    ],
    frame: { type: "unknown", number: 99, flags: 5, payload: bytes(0xff) },
  },
  {
    title: "DATA with FIN",
    wire: [
      0x00, 0x00, 0x00, 0x03,
      0x01, 0x00, 0x00, 0x02,
      0x68, 0x69,
    ],
    frame: { type: "DATA", streamId: 3, fin: true, data: bytes(0x68, 0x69) },
  },
];

for (const { title, wire, frame } of cases) {
  const input = Uint8Array.from(wire);

  test(`decode and encode: ${title}`, (t) => {
    t.deepEqual(decodeFrame(input), frame);
    t.deepEqual(encodeFrame(frame), input);
    t.is(frameLength(input.subarray(0, 8)), input.byteLength);
  });

  test(`every truncation is refused or waited for: ${title}`, (t) => {
    for (let end = 0; end < input.byteLength; end++) {
      t.throws(() => decodeFrame(input.subarray(0, end)), { instanceOf: DecodeError });
      const stream = new FrameStream();
      stream.push(input.slice(0, end));
      t.is(stream.next(), undefined);
      stream.push(input.slice(end));
      t.deepEqual(stream.next(), frame);
      t.is(stream.next(), undefined);
    }
  });
}

for (const { title, wire } of [
  { title: "another version", wire: [0x80, 0x02, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1] },
  { title: "a PING without its id", wire: [0x80, 0x03, 0, 6, 0, 0, 0, 2, 0, 0] },
  { title: "a SYN_STREAM that ends in its ids", wire: [0x80, 0x03, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1] },
  {
    title: "SETTINGS that promise more than there is",
    wire: [0x80, 0x03, 0, 4, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff],
  },
]) {
  test(`refuse ${title}`, (t) => {
    t.throws(() => decodeFrame(Uint8Array.from(wire)), { instanceOf: DecodeError });
  });
}

test("frames come out whole, whatever pieces their bytes come in", (t) => {
  const all = Buffer.concat(cases.map(({ wire }) => Uint8Array.from(wire)));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
      const stream = new FrameStream();
      const frames: SpdyFrame[] = [];
      for (let start = 0, turn = 0; start < all.byteLength; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        stream.push(Uint8Array.from(all.subarray(start, start + size)));
        start += size;
        for (let frame = stream.next(); frame !== undefined; frame = stream.next()) {
          frames.push(frame);
        }
      }
      t.deepEqual(
        frames,
        cases.map(({ frame }) => frame),
      );
    }),
    { numRuns: 50 },
  );
});

test("any bytes are a frame, wait for more, or are refused", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
      const stream = new FrameStream();
      stream.push(input);
      try {
        while (stream.next() !== undefined);
      } catch (error) {
        t.true(error instanceof DecodeError);
      }
    }),
  );
  t.pass();
});

const headers: SpdyHeaders = new Map([
  ["streamtype", ["data"]],
  ["port", ["8080"]],
  ["requestid", ["0"]],
]);

test("a header block is its count, and lengths before names and values", (t) => {
  const block = encodeHeaderBlock(new Map([["Ab", ["c", "d"]]]));
  t.deepEqual([...block], [0, 0, 0, 1, 0, 0, 0, 2, 0x61, 0x62, 0, 0, 0, 3, 0x63, 0, 0x64]);
  t.deepEqual(decodeHeaderBlock(block), new Map([["ab", ["c", "d"]]]));
  for (let end = 0; end < block.byteLength; end++) {
    t.throws(() => decodeHeaderBlock(block.subarray(0, end)), { instanceOf: DecodeError });
  }
});

test("a name that is empty or occurs twice is refused", (t) => {
  const twice = [0, 0, 0, 2, 0, 0, 0, 1, 0x61, 0, 0, 0, 0, 0, 0, 0, 1, 0x41, 0, 0, 0, 0];
  for (const wire of [twice, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]]) {
    t.throws(() => decodeHeaderBlock(Uint8Array.from(wire)), { code: "DECODE_MALFORMED" });
  }
});

test("the dictionary is SPDY/3's", (t) => {
  t.is(headerDictionary.byteLength, 1_423);
  let [a, b] = [1, 0];
  for (const byte of headerDictionary) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  t.is(((b * 65_536 + a) >>> 0).toString(16), "e3c6a7c2");
});

test("one compression runs through all blocks of a direction", async (t) => {
  using writer = new HeaderWriter();
  using reader = new HeaderReader();
  const blocks: Uint8Array[] = [];
  for (let count = 0; count < 3; count++) blocks.push(await writer.write(headers));
  // zlib's header, with the dictionary's Adler-32; only the first block has one.
  t.is(
    Buffer.from(blocks[0] ?? [])
      .subarray(2, 6)
      .toString("hex"),
    "e3c6a7c2",
  );
  t.true((blocks[1]?.byteLength ?? 0) < (blocks[0]?.byteLength ?? 0));
  for (const block of blocks) t.deepEqual(await reader.read(block), headers);
});

test("a block that is no zlib, and one that blows up, are refused, and so is all after them", async (t) => {
  using writer = new HeaderWriter();
  const bomb = await writer.write(new Map([["a", ["x".repeat(1_000_000)]]]));
  for (const block of [bytes(1, 2, 3, 4), bomb]) {
    using reader = new HeaderReader();
    await t.throwsAsync(reader.read(block), { instanceOf: DecodeError });
    await t.throwsAsync(reader.read(bytes()), { instanceOf: DecodeError });
  }
});
