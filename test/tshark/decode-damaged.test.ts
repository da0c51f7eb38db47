/** Our decoder held against tshark on packets that are changed, cut by the capture, or end early. */
import test from "ava";
import fc from "fast-check";
import type { Layer } from "../../src/wire/packet/layer.ts";
import { decodePacket } from "../../src/wire/packet/packet.ts";
import { isForeign, stackDifference } from "./compare-stacks.ts";
import { comparedFields, ourFields } from "./our-fields.ts";
import { samplePackets } from "./sample-packets.ts";
import { type FieldRow, type SamplePacket, tsharkFields } from "./tshark-fields.ts";

const seed = 20_240_229;
const packetsPerTest = 1_500;
/** Fields that mean the same in nonsense: tshark shows parts of messages, and broken names otherwise. */
const fields = comparedFields.filter((field) => !/^(dns|bgp|sctp|arp)\./.test(field));

const sample = fc.constantFrom(...samplePackets);

/** One byte of the packet has another value. */
const changed = sample.chain((packet) =>
  fc
    .record({ at: fc.nat(packet.data.byteLength - 1), value: fc.nat(0xff) })
    .filter(({ at }) => !isQuirk(packet, at))
    .map(({ at, value }): SamplePacket => {
      const data = Uint8Array.from(packet.data);
      data[at] = value;
      return { ...packet, title: `${packet.title}, byte ${at} is ${value}`, data };
    }),
);

/**
 * Where tshark reads more than podwire: the length of an ICMPv6 quotation (RFC
 * 4884), and what is in a routing header.
 */
function isQuirk({ title }: SamplePacket, at: number): boolean {
  return (/ICMPv6 (port|packet)/.test(title) && at === 58) || (/routing/.test(title) && at > 61);
}

const shortened = sample.chain((packet) =>
  fc.nat(packet.data.byteLength - 1).map((length): SamplePacket => {
    const title = `${packet.title}, ${length} bytes`;
    return { ...packet, title, data: packet.data.subarray(0, length) };
  }),
);

/** The capture kept only the first bytes. */
const cut = sample.chain((packet) =>
  fc.nat(packet.data.byteLength - 1).map((length): SamplePacket => {
    const title = `${packet.title}, cut after ${length} bytes`;
    const data = packet.data.subarray(0, length);
    return { ...packet, title, data, originalLength: packet.data.byteLength };
  }),
);

interface Reading {
  readonly packet: SamplePacket;
  readonly layers: readonly Layer[];
  readonly theirs: FieldRow;
}

async function read(arbitrary: fc.Arbitrary<SamplePacket>): Promise<readonly Reading[]> {
  const packets = fc.sample(arbitrary, { seed, numRuns: packetsPerTest });
  const rows = await tsharkFields(packets, [
    "frame.protocols",
    "_ws.malformed",
    "_ws.short",
    ...fields,
  ]);
  return packets.map((packet, index) => {
    const { data, linkType, originalLength = data.byteLength } = packet;
    const theirs: FieldRow = rows[index] ?? new Map();
    return { packet, layers: decodePacket(data, linkType, { originalLength }), theirs };
  });
}

/** `title: what differs` for each stack that tshark reads otherwise. */
function differences(readings: readonly Reading[]): readonly string[] {
  return readings.flatMap(({ packet, layers, theirs }) => {
    const difference = stackDifference(layers, theirs.get("frame.protocols")?.[0] ?? "");
    return difference === undefined ? [] : [`${packet.title}: ${difference}`];
  });
}

test("a packet with a changed byte has the layers and fields that tshark sees", async (t) => {
  const readings = await read(changed);
  t.deepEqual(differences(readings), []);
  const readable = readings.filter(
    ({ layers, theirs }) =>
      lastType(layers) === "readable" && !isQuotation(layers) && isSound(theirs),
  );
  t.true(readable.length > packetsPerTest / 2);
  for (const { packet, layers, theirs } of readable) {
    const ours = ourFields(layers);
    for (const field of fields) {
      t.deepEqual(theirs.get(field) ?? [], ours.get(field) ?? [], `${packet.title}: ${field}`);
    }
  }
});

test("a packet that ends early is malformed where it is to tshark", async (t) => {
  const readings = await read(shortened);
  t.deepEqual(differences(readings), []);
  for (const { packet, layers, theirs } of readings) {
    // What is missing from a fragment may be in the next, says tshark.
    if (lastType(layers) !== "malformed" || packet.title.includes("fragment")) continue;
    t.false(isSound(theirs), packet.title);
  }
});

test("a packet that the capture cut is cut short where it is to tshark, and not malformed", async (t) => {
  const readings = await read(cut);
  t.deepEqual(differences(readings), []);
  const shorts = readings.filter(({ layers }) => lastType(layers) === "short");
  t.true(shorts.length > packetsPerTest / 2);
  for (const { packet, layers, theirs } of shorts) {
    if (isQuotation(layers)) continue;
    t.false(isSound(theirs), packet.title);
  }
});

function lastType(layers: readonly Layer[]): "readable" | "malformed" | "short" {
  const last = layers.at(-1)?.type;
  return last === "malformed" || last === "short" ? last : "readable";
}

/** In what an ICMP error quotes tshark marks nothing, and shows of TCP now more, now less. */
function isQuotation(layers: readonly Layer[]): boolean {
  return layers.some(({ type }) => type === "icmp" || type === "icmpv6");
}

function isSound(row: FieldRow): boolean {
  const isWhole = row.get("_ws.malformed")?.length === 0 && row.get("_ws.short")?.length === 0;
  return isWhole && !isForeign(row.get("frame.protocols")?.[0] ?? "");
}
