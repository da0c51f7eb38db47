import test from "ava";
import { resolveIntOrPercent } from "./int-or-percent.ts";

for (const [value, total, up, down] of [
  [3, 10, 3, 3],
  ["25%", 10, 3, 2],
  ["25%", 4, 1, 1],
  ["0%", 10, 0, 0],
  ["100%", 7, 7, 7],
  ["1%", 1, 1, 0],
  ["many", 10, 0, 0],
] as const) {
  test(`${value} of ${total} is ${up} rounded up and ${down} rounded down`, (t) => {
    t.is(resolveIntOrPercent(value, total, "up"), up);
    t.is(resolveIntOrPercent(value, total, "down"), down);
  });
}
