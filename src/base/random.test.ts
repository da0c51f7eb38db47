import test from "ava";
import { randomBelow, seededRandom } from "./random.ts";

test("a seed gives its numbers again, another seed gives others", (t) => {
  const first = (seed: string | number): readonly number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, random);
  };
  t.deepEqual(first("a"), first("a"));
  t.notDeepEqual(first("a"), first("b"));
  t.deepEqual(first(7), first("7"));
});

test("numbers are spread over their range and stay below its end", (t) => {
  const random = seededRandom("spread");
  const counts = new Array<number>(10).fill(0);
  for (let index = 0; index < 10_000; index++) {
    const number = randomBelow(10, random);
    counts[number] = (counts[number] ?? Number.NaN) + 1;
  }
  t.is(counts.length, 10);
  // 1,000 each, give or take four standard deviations.
  t.true(
    counts.every((count) => Math.abs(count - 1_000) < 120),
    counts.join(),
  );
});
