import test from "ava";
import { decodeTcpOptions, type TcpOption } from "./tcp-options.ts";

interface Case {
  readonly title: string;
  readonly wire: readonly number[];
  readonly options: readonly TcpOption[];
}

// biome-ignore format: one option per line.
const cases: readonly Case[] = [
  { title: "none", wire: [], options: [] },
  {
    title: "those of Linux's SYN",
    wire: [
      0x02, 0x04, 0x05, 0xb4,
      0x04, 0x02,
      0x08, 0x0a, 0x00, 0x00, 0x00, 0x64, 0xff, 0xff, 0xff, 0xff,
      0x01,
      0x03, 0x03, 0x07,
    ],
    options: [
      { type: "mss", bytes: 1460 },
      { type: "sack-permitted" },
      { type: "timestamps", value: 100, echo: 0xffff_ffff },
      { type: "nop" },
      { type: "window-scale", shift: 7 },
    ],
  },
  {
    title: "two blocks of a selective acknowledgement",
    wire: [0x05, 0x12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff],
    options: [{ type: "sack", blocks: [{ left: 1, right: 2 }, { left: 9, right: 0xffff_ffff }] }],
  },
  {
    title: "what follows the end is padding",
    wire: [0x01, 0x00, 0xff, 0xff],
    options: [{ type: "nop" }, { type: "end" }],
  },
  {
    title: "a kind that has no name here",
    wire: [0x22, 0x03, 0xaa],
    options: [{ type: "unknown", kind: 0x22, data: Uint8Array.of(0xaa) }],
  },
  {
    title: "a known kind with another length",
    wire: [0x02, 0x03, 0xaa],
    options: [{ type: "unknown", kind: 2, data: Uint8Array.of(0xaa) }],
  },
  {
    title: "an option longer than the header",
    wire: [0x01, 0x08, 0x0a, 0x00],
    options: [{ type: "nop" }, { type: "malformed", kind: 8 }],
  },
  { title: "an option that ends before its length", wire: [0x08], options: [{ type: "malformed", kind: 8 }] },
  { title: "a length that cannot be", wire: [0x08, 0x01], options: [{ type: "malformed", kind: 8 }] },
];

for (const { title, wire, options } of cases) {
  test(`TCP options: ${title}`, (t) => {
    t.deepEqual(decodeTcpOptions(Uint8Array.from(wire)), options);
  });
}
