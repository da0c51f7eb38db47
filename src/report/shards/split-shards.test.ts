import test from "ava";
import * as fc from "fast-check";
import type { Durations } from "./durations.ts";
import { type LabToSplit, type SplitLab, splitShards } from "./split-shards.ts";

function durations(
  labs: Readonly<Record<string, readonly [number, Readonly<Record<string, number>>]>>,
): Durations {
  return new Map(
    Object.entries(labs).map(([lab, [setup, scenarios]]) => [
      lab,
      { setup, scenarios: new Map(Object.entries(scenarios)) },
    ]),
  );
}

/** `a1 a2 | b1`: who runs what, in the order of the run. */
function shares(split: readonly SplitLab[], of: number): string {
  return Array.from({ length: of }, (_, index) =>
    split
      .flatMap(({ scenarios }) => scenarios.filter(({ shard }) => shard === index + 1))
      .map(({ scenario }) => scenario)
      .join(" "),
  ).join(" | ");
}

const a: LabToSplit = { lab: "a", scenarios: ["a1", "a2", "a3"] };
const b: LabToSplit = { lab: "b", scenarios: ["b1"] };

const rows: ReadonlyArray<{
  readonly title: string;
  readonly known: Durations;
  readonly shares: string;
}> = [
  {
    title: "a long scenario is alone, and the short ones of its lab are elsewhere",
    known: durations({ a: [10, { a1: 50, a2: 900, a3: 60 }], b: [10, { b1: 40 }] }),
    shares: "a1 a3 b1 | a2",
  },
  {
    title: "a lab that takes long to build is built once",
    known: durations({ a: [5_000, { a1: 500, a2: 500, a3: 500 }], b: [4_000, { b1: 500 }] }),
    shares: "a1 a2 a3 | b1",
  },
  {
    title: "what is not known takes the mean of what is",
    known: durations({ a: [0, { a1: 100, a3: 300 }], b: [0, { b1: 390 }] }),
    shares: "a2 a3 | a1 b1",
  },
  { title: "nothing is known: labs stay together", known: new Map(), shares: "a1 a2 a3 | b1" },
];

for (const { title, known, shares: expected } of rows) {
  test(`two shards: ${title}`, (t) => {
    t.is(shares(splitShards([a, b], 2, known), 2), expected);
  });
}

test("a lab says who builds it: whoever runs a scenario of it, or one for a lab without any", (t) => {
  const known = durations({ a: [1, { a1: 500, a2: 500, a3: 1_000 }] });
  const [first, second] = splitShards([a, { lab: "empty", scenarios: [] }], 2, known);
  t.deepEqual(first?.shards, [1, 2]);
  t.is(second?.shards.length, 1);
});

test("with more shards than scenarios some have nothing to do", (t) => {
  t.is(shares(splitShards([b], 3, new Map()), 3), "b1 |  | ");
});

const anyLabs = fc.array(
  fc.record({
    setup: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
    scenarios: fc.array(fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined })),
  }),
  { minLength: 1, maxLength: 8 },
);

test("whatever the durations: every scenario has one shard, and each lab's order is kept", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyLabs, fc.integer({ min: 1, max: 6 }), (given, of) => {
        const labs = given.map(({ scenarios }, lab) => ({
          lab: `lab${lab}`,
          scenarios: scenarios.map((_, index) => `s${index}`),
        }));
        const known: Durations = new Map(
          given.map(({ setup, scenarios }, lab) => [
            `lab${lab}`,
            {
              setup,
              scenarios: new Map(
                scenarios.flatMap(
                  (ms, index): ReadonlyArray<readonly [string, number]> =>
                    ms === undefined ? [] : [[`s${index}`, ms]],
                ),
              ),
            },
          ]),
        );
        const split = splitShards(labs, of, known);
        t.deepEqual(
          split.map(({ lab, scenarios }) => ({
            lab,
            scenarios: scenarios.map(({ scenario }) => scenario),
          })),
          labs,
        );
        for (const { shards, scenarios } of split) {
          const running = new Set(scenarios.map(({ shard }) => shard));
          if (scenarios.length > 0) t.deepEqual([...running].toSorted(), [...shards].toSorted());
          t.true(shards.every((shard) => shard >= 1 && shard <= of));
        }
      }),
      { numRuns: 100 },
    ),
  );
});
