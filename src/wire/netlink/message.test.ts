import test from "ava";
import { decodeAcknowledgement } from "./acknowledgement.ts";
import { decodeMessages, encodeMessages, type NetlinkMessage } from "./message.ts";

const messages: readonly NetlinkMessage[] = [
  { type: 18, flags: 0x301, sequence: 7, payload: Uint8Array.of(0xca, 0xfe, 0x01) },
  { type: 3, flags: 2, sequence: 8, payload: new Uint8Array() },
];

// biome-ignore format: length, type and flags, sequence, port; payload.
const wire = Uint8Array.of(
  0x13, 0x00, 0x00, 0x00,  0x12, 0x00, 0x01, 0x03,  0x07, 0x00, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,
  0xca, 0xfe, 0x01, 0x00,
  0x10, 0x00, 0x00, 0x00,  0x03, 0x00, 0x02, 0x00,  0x08, 0x00, 0x00, 0x00,  0x00, 0x00, 0x00, 0x00,
);

test("messages are written one after the other, padded", (t) => {
  t.deepEqual(encodeMessages(messages), wire);
});

test("decode(encode(x)) is x", (t) => {
  t.deepEqual(decodeMessages(wire), messages);
});

test("every truncation is refused, unless it only cuts padding or falls between two messages", (t) => {
  for (let length = 1; length < wire.byteLength; length++) {
    if (length === 19 || length === 20) continue;
    t.throws(
      () => decodeMessages(wire.subarray(0, length)),
      { code: "DECODE_TRUNCATED" },
      `${length} bytes`,
    );
  }
});

test("a length shorter than the header is refused", (t) => {
  const short = Uint8Array.of(15, ...wire.subarray(1));
  t.throws(() => decodeMessages(short), { code: "DECODE_MALFORMED" });
});

const request = [0x20, 0, 0, 0, 0x10, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0];
const eexist = [0xef, 0xff, 0xff, 0xff];
const text = [0x09, 0, 1, 0, 0x62, 0x75, 0x73, 0x79, 0, 0, 0, 0];
const CAPPED = 0x100;
const ACK_TLVS = 0x200;

for (const { title, message, errno, extack } of [
  {
    title: "an ack",
    message: { type: 2, flags: CAPPED, payload: [0, 0, 0, 0, ...request] },
    errno: 0,
  },
  {
    title: "an error without words",
    message: { type: 2, flags: CAPPED, payload: [...eexist, ...request] },
    errno: 17,
  },
  {
    title: "an error with words, its request cut off",
    message: { type: 2, flags: CAPPED | ACK_TLVS, payload: [...eexist, ...request, ...text] },
    errno: 17,
    extack: "busy",
  },
  {
    title: "an error with words behind the whole request",
    message: {
      type: 2,
      flags: ACK_TLVS,
      payload: [...eexist, ...request, ...new Uint8Array(16), ...text],
    },
    errno: 17,
    extack: "busy",
  },
  {
    title: "the end of a dump that failed",
    message: { type: 3, flags: ACK_TLVS, payload: [...eexist, ...text] },
    errno: 17,
    extack: "busy",
  },
  {
    title: "the end of a dump, without anything",
    message: { type: 3, flags: 0, payload: [] },
    errno: 0,
  },
]) {
  test(`an acknowledgement is read: ${title}`, (t) => {
    const payload = Uint8Array.from(message.payload);
    const decoded = decodeAcknowledgement({ ...message, sequence: 1, payload });
    t.deepEqual(decoded, { errno, extack });
  });
}
