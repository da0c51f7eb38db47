import test from "ava";
import { formatBounds, isWithin } from "./bounds.ts";

const rows = [
  { atLeast: undefined, atMost: undefined, text: "any number", inside: [0, 9], outside: [] },
  { atLeast: 2, atMost: undefined, text: "at least 2", inside: [2, 9], outside: [1] },
  { atLeast: undefined, atMost: 2, text: "at most 2", inside: [0, 2], outside: [3] },
  { atLeast: 2, atMost: 2, text: "2", inside: [2], outside: [1, 3] },
  { atLeast: 1, atMost: 3, text: "1 to 3", inside: [1, 3], outside: [0, 4] },
];

for (const { text, inside, outside, ...bounds } of rows) {
  test(`bounds: ${text}`, (t) => {
    t.is(formatBounds(bounds), text);
    t.deepEqual(
      [...inside, ...outside].filter((value) => isWithin(value, bounds)),
      inside,
    );
  });
}
