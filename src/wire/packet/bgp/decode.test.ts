import test from "ava";
import { ipAddress } from "../../../net/ip-address.ts";
import { decodeBgpMessage } from "./decode.ts";
import type { BgpMessage } from "./message.ts";

interface Case {
  readonly title: string;
  readonly messageType: number;
  readonly body: readonly number[];
  readonly message: BgpMessage;
}

// biome-ignore format: one field per line reads like the RFC.
const cases: readonly Case[] = [
  {
    title: "OPEN",
    messageType: 1,
    body: [4, 0xfc, 0x00, 0x00, 0xb4, 192, 168, 0, 16, 0],
    message: {
      type: "open",
      version: 4,
      autonomousSystem: 64512,
      holdTimeSeconds: 180,
      identifier: ipAddress("192.168.0.16"),
    },
  },
  {
    title: "UPDATE that withdraws a route and announces two",
    messageType: 2,
    body: [
      0x00, 0x04, 24, 10, 244, 9,
      0x00, 0x0e,
      0x40, 0x01, 0x01, 0x00,
      0x50, 0x03, 0x00, 0x04, 192, 168, 0, 16, // NEXT_HOP with a length of two bytes
      0x40, 0x02, // AS_PATH cut: nothing after NEXT_HOP is needed
      26, 10, 244, 1, 64,
      0,
    ],
    message: {
      type: "update",
      withdrawn: [{ address: ipAddress("10.244.9.0"), prefixLength: 24 }],
      nextHop: ipAddress("192.168.0.16"),
      announced: [
        { address: ipAddress("10.244.1.64"), prefixLength: 26 },
        { address: ipAddress("0.0.0.0"), prefixLength: 0 },
      ],
    },
  },
  {
    title: "UPDATE without anything, the end of a table",
    messageType: 2,
    body: [0, 0, 0, 0],
    message: { type: "update", withdrawn: [], nextHop: undefined, announced: [] },
  },
  { title: "NOTIFICATION", messageType: 3, body: [6, 2], message: { type: "notification", code: 6, subcode: 2 } },
  { title: "KEEPALIVE", messageType: 4, body: [], message: { type: "keepalive" } },
  { title: "ROUTE-REFRESH", messageType: 5, body: [0, 1, 0, 1], message: { type: "route-refresh" } },
];

for (const { title, messageType, body, message } of cases) {
  test(`BGP: ${title}`, (t) => {
    t.deepEqual(decodeBgpMessage(messageType, Uint8Array.from(body)), message);
  });
}

const broken: ReadonlyArray<
  readonly [title: string, messageType: number, body: readonly number[]]
> = [
  ["a type that is none", 9, []],
  ["OPEN without its identifier", 1, [4, 0xfc, 0x00]],
  ["NOTIFICATION without a subcode", 3, [6]],
  ["UPDATE without a length", 2, [0]],
  ["UPDATE with routes beyond its end", 2, [0, 9, 24, 10]],
  ["UPDATE with attributes beyond its end", 2, [0, 0, 0, 9, 0x40]],
  ["UPDATE with a prefix of more than 32 bits", 2, [0, 0, 0, 0, 33, 1, 2, 3, 4, 5]],
  ["UPDATE with a prefix cut", 2, [0, 0, 0, 0, 24, 10]],
  ["UPDATE with a withdrawn prefix cut", 2, [0, 2, 24, 10, 0, 0]],
];

for (const [title, messageType, body] of broken) {
  test(`BGP that cannot be read is kept as it is: ${title}`, (t) => {
    const bytes = Uint8Array.from(body);
    t.deepEqual(decodeBgpMessage(messageType, bytes), {
      type: "unknown",
      messageType,
      body: bytes,
    });
  });
}
