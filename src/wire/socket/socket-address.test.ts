import test from "ava";
import { DecodeError } from "../../base/podwire-error.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { parseMacAddress } from "../../net/mac-address.ts";
import {
  decodeLinkLayerAddress,
  encodeLinkLayerAddress,
  PACKET_OUTGOING,
} from "./link-layer-address.ts";
import { decodeSocketAddress, encodeSocketAddress } from "./socket-address.ts";

// biome-ignore format: one field per line.
const cases = [
  {
    title: "IPv4",
    value: { address: ipAddress("203.0.113.2"), port: 80 },
    wire: [
      0x02, 0x00,
      0x00, 0x50,
      203, 0, 113, 2,
      0, 0, 0, 0, 0, 0, 0, 0,
    ],
    needed: 8,
  },
  {
    title: "IPv6",
    value: { address: ipAddress("2001:db8::2"), port: 8080 },
    wire: [
      0x0a, 0x00,
      0x1f, 0x90,
      0, 0, 0, 0,
      0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
      0, 0, 0, 0,
    ],
    needed: 24,
  },
];

for (const { title, value, wire, needed } of cases) {
  const bytes = Uint8Array.from(wire);

  test(`a socket address is written as its struct: ${title}`, (t) => {
    t.deepEqual(encodeSocketAddress(value), bytes);
  });

  test(`a socket address is read: ${title}`, (t) => {
    t.deepEqual(decodeSocketAddress(bytes), value);
  });

  test(`a truncated socket address is refused: ${title}`, (t) => {
    for (let length = 2; length < needed; length++) {
      t.throws(() => decodeSocketAddress(bytes.subarray(0, length)), { instanceOf: DecodeError });
    }
  });
}

for (const { title, wire } of [
  { title: "none", wire: [] },
  { title: "AF_UNSPEC", wire: [0, 0, 0, 0] },
  { title: "a Unix socket's", wire: [1, 0, 0x2f] },
]) {
  test(`an address of another family is none: ${title}`, (t) => {
    t.is(decodeSocketAddress(Uint8Array.from(wire)), undefined);
  });
}

for (const port of [-1, 65_536, 1.5]) {
  test(`port ${port} is refused`, (t) => {
    const address = ipAddress("203.0.113.2");
    t.throws(() => encodeSocketAddress({ address, port }), { instanceOf: RangeError });
  });
}

// biome-ignore format: one field per line.
const linkLayer = Uint8Array.of(
  0x11, 0x00,
  0x08, 0x06,
  0x03, 0x00, 0x00, 0x00,
  0x00, 0x00,
  0x00,
  0x06,
  0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00,
);

test("a link-layer address is written as its struct, and read", (t) => {
  const value = { protocol: 0x0806, index: 3, mac: parseMacAddress("02:00:00:00:00:0a") };
  t.deepEqual(encodeLinkLayerAddress(value), linkLayer);
  t.deepEqual(decodeLinkLayerAddress(linkLayer), { ...value, hardwareType: 0, packetType: 0 });
});

test("a frame on its way out of a device with no header of its own is told as such", (t) => {
  const bytes = linkLayer.with(8, 0xfe).with(9, 0xff).with(10, PACKET_OUTGOING);
  const { hardwareType, packetType } = decodeLinkLayerAddress(bytes);
  t.deepEqual([hardwareType, packetType], [65_534, 4]);
});

test("a truncated link-layer address is refused", (t) => {
  for (let length = 0; length < 18; length++) {
    t.throws(() => decodeLinkLayerAddress(linkLayer.subarray(0, length)), {
      instanceOf: DecodeError,
    });
  }
});
