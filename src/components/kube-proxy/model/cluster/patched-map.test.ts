import test from "ava";
import { randomBelow, seededRandom } from "../../../../base/random.ts";
import { patchMap } from "./patched-map.ts";

test("a map that is patched again and again is as one that is copied and changed", (t) => {
  const random = seededRandom("patches");
  const copied = new Map(Array.from({ length: 200 }, (_, key) => [key, { value: key }]));
  let patched: ReadonlyMap<number, { readonly value: number }> = new Map(copied);
  for (let round = 0; round < 100; round++) {
    const changes = new Map<number, { readonly value: number } | undefined>();
    for (let left = randomBelow(4, random); left > 0; left--) {
      const isGone = randomBelow(3, random) === 0;
      changes.set(randomBelow(300, random), isGone ? undefined : { value: round });
    }
    const before = [...patched];
    const next = patchMap(patched, changes);
    t.deepEqual([...patched], before);
    patched = next;
    for (const [key, value] of changes) {
      if (value === undefined) copied.delete(key);
      else copied.set(key, value);
    }
    const byKey = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number =>
      a - b;
    t.deepEqual([...patched].sort(byKey), [...copied].sort(byKey));
    t.is(patched.size, copied.size);
    for (let key = 0; key < 300; key++) {
      t.is(patched.get(key), copied.get(key));
      t.is(patched.has(key), copied.has(key));
    }
    t.deepEqual(
      [...patched.keys()],
      [...patched].map(([key]) => key),
    );
    t.deepEqual(
      [...patched.values()],
      [...patched].map(([, value]) => value),
    );
  }
});

test("entries keep their places, and what is new comes last", (t) => {
  const map = new Map(["a", "b", "c"].map((key) => [key, { key }]));
  const patched = patchMap(
    new Map([
      ...map,
      ...Array.from({ length: 40 }, (_, index) => [`${index}`, { key: "" }] as const),
    ]),
    new Map([
      ["d", { key: "new" }],
      ["b", { key: "other" }],
      ["a", undefined],
    ]),
  );
  const keys = [...patched.keys()];
  t.deepEqual(keys.slice(0, 2), ["b", "c"]);
  t.is(keys.at(-1), "d");
});
