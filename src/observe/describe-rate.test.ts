import test from "ava";
import { formatRate } from "./describe-rate.ts";

for (const [bitsPerSecond, text] of [
  [0, "0 bit/s"],
  [999, "999 bit/s"],
  [1_000, "1 kbit/s"],
  [9_567_000, "9.57 Mbit/s"],
  [420_123_456, "420 Mbit/s"],
  [12_000_000_000, "12 Gbit/s"],
] as const) {
  test(`${bitsPerSecond} bits a second are ${text}`, (t) => {
    t.is(formatRate(bitsPerSecond), text);
  });
}
