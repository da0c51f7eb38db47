import test from "ava";
import { formatDuration } from "./duration.ts";

const rows: ReadonlyArray<readonly [number, string]> = [
  [0, "0.00 ms"],
  [0.416, "0.42 ms"],
  [9.994, "9.99 ms"],
  [9.996, "10 ms"],
  [12.4, "12 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [1_340, "1.3 s"],
  [59_949, "59.9 s"],
  [59_960, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_600_000, "60 min 0 s"],
];

for (const [ms, text] of rows) {
  test(`${ms} ms is ${text}`, (t) => {
    t.is(formatDuration(ms), text);
  });
}
