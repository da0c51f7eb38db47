import test from "ava";
import { ageSince, humanDuration } from "./human-duration.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

// The bounds of apimachinery's own test.
for (const [duration, text] of [
  [-2 * second, "<invalid>"],
  [-1 * second, "0s"],
  [0, "0s"],
  [second - 1, "0s"],
  [second, "1s"],
  [119 * second, "119s"],
  [2 * minute, "2m"],
  [2 * minute + second, "2m1s"],
  [10 * minute - second, "9m59s"],
  [10 * minute + 30 * second, "10m"],
  [3 * hour - second, "179m"],
  [3 * hour, "3h"],
  [3 * hour + 5 * minute, "3h5m"],
  [8 * hour + 20 * minute, "8h"],
  [2 * day - second, "47h"],
  [2 * day, "2d"],
  [2 * day + hour, "2d1h"],
  [8 * day + 5 * hour, "8d"],
  [2 * year - second, "729d"],
  [2 * year + 3 * day, "2y3d"],
  [8 * year + 3 * day, "8y"],
] as const) {
  test(`duration: ${duration} ms is ${text}`, (t) => {
    t.is<string, string>(humanDuration(duration), text);
  });
}

test("duration: the age of what has no time is unknown", (t) => {
  t.is(ageSince(undefined, 0), "<unknown>");
  t.is(ageSince("2026-11-28T10:00:00Z", Date.parse("2026-11-28T10:05:30Z")), "5m30s");
});
