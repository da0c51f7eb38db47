import test from "ava";
import { parseMacAddress } from "../../net/mac-address.ts";
import { decodeSleeve, encodeSleeve } from "./sleeve.ts";

const [a, b, c] = ["7a:11:00:00:00:01", "7a:11:00:00:00:02", "7a:11:00:00:00:03"].map((text) => {
  const mac = parseMacAddress(text);
  if (mac === undefined) throw new Error(text);
  return mac;
});

function names() {
  if (a === undefined || b === undefined || c === undefined) throw new Error("three names");
  return { a, b, c };
}

// biome-ignore format: a field a row
const one = Uint8Array.of(
  0x7a, 0x11, 0x00, 0x00, 0x00, 0x01,
  0x7a, 0x11, 0x00, 0x00, 0x00, 0x01,
  0x7a, 0x11, 0x00, 0x00, 0x00, 0x02,
  0x00, 0x04,
  0xca, 0xfe, 0xba, 0xbe,
);

// biome-ignore format: a field a row
const second = Uint8Array.of(
  0x7a, 0x11, 0x00, 0x00, 0x00, 0x03,
  0x7a, 0x11, 0x00, 0x00, 0x00, 0x02,
  0x00, 0x00,
);

test("a frame is wrapped with the sender, the source and the destination", (t) => {
  const { a, b } = names();
  const frame = Uint8Array.of(0xca, 0xfe, 0xba, 0xbe);
  t.deepEqual(encodeSleeve(a, { source: a, destination: b, frame }), one);
});

test("several frames share one datagram", (t) => {
  const { a, b, c } = names();
  const { sender, frames } = decodeSleeve(Uint8Array.of(...one, ...second));
  t.is(sender, a);
  t.deepEqual(frames, [
    { source: a, destination: b, frame: Uint8Array.of(0xca, 0xfe, 0xba, 0xbe) },
    { source: c, destination: b, frame: new Uint8Array() },
  ]);
});

test("a datagram with a name alone has no frames", (t) => {
  t.deepEqual(decodeSleeve(one.subarray(0, 6)).frames, []);
});

for (let length = 0; length < one.length; length++) {
  if (length === 6) continue;
  test(`a datagram cut after ${length} bytes is refused`, (t) => {
    t.throws(() => decodeSleeve(one.subarray(0, length)), { code: "DECODE_TRUNCATED" });
  });
}
