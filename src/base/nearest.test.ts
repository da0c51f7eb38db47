import test from "ava";
import fc from "fast-check";
import { editDistance, nearest } from "./nearest.ts";

const rows = [
  ["podCidr", ["podCIDR", "plugin"], "podCIDR"],
  ["netwrok", ["network", "nodes"], "network"],
  ["prob", ["probe", "packets"], "probe"],
  ["colour", ["name", "roles"], undefined],
  ["at", ["where", "expect"], undefined],
  ["node1", ["node01", "node02"], "node01"],
] as const;

for (const [text, candidates, expected] of rows) {
  test(`${text} is taken for ${expected ?? "nothing"}`, (t) => {
    t.is(nearest(text, candidates), expected);
  });
}

test("swapped neighbours are one mistake", (t) => {
  t.is(editDistance("netwrok", "network"), 1);
});

test("the distance is symmetric, and nothing for equal words alone", (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      return distance === editDistance(b, a) && (distance === 0) === (a === b);
    }),
  );
  t.pass();
});
