import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import { internetChecksum, transportChecksum } from "./checksum.ts";

// biome-ignore format: one wire word per line reads like the RFC's diagram.
const header = Uint8Array.of(
  0x45, 0x00, 0x00, 0x73,
  0x00, 0x00, 0x40, 0x00,
  0x40, 0x11, 0x00, 0x00,
  0xc0, 0xa8, 0x00, 0x01,
  0xc0, 0xa8, 0x00, 0xc7,
);

test("the checksum of an IPv4 header with an empty field is what belongs in it", (t) => {
  t.is(internetChecksum(header), 0xb861);
});

test("with the field filled in, it is zero", (t) => {
  const filled = Uint8Array.from(header);
  filled.set([0xb8, 0x61], 10);
  t.is(internetChecksum(filled), 0);
});

test("an odd byte counts as the upper half of a word", (t) => {
  t.is(internetChecksum(Uint8Array.of(0x01, 0x02, 0x03)), 0xffff - 0x0402);
});

test("carries are added until there are none", (t) => {
  t.is(internetChecksum(new Uint8Array(65_536).fill(0xff)), 0);
  t.is(internetChecksum(new Uint8Array()), 0xffff);
});

test("the pseudo-header has the addresses, the protocol and the length", (t) => {
  const pair = { source: ipAddress("10.0.0.1"), destination: ipAddress("10.0.0.2") };
  const words = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 4 + 0x1234 + 0x5678;
  t.is(transportChecksum(pair, 17, Uint8Array.of(0x12, 0x34, 0x56, 0x78)), 0xffff - words);
});
