import test from "ava";
import type { ServerSaw } from "./probe.ts";
import { Sightings } from "./sightings.ts";

const saw = (server: string): ServerSaw => ({
  source: { address: "10.244.1.2", port: 40_312 },
  destination: { address: "10.244.2.3", port: 80 },
  server,
});

test("a probe takes its own sighting along, once", (t) => {
  const sightings = new Sightings();
  sightings.note("a", saw("vote/a"));
  sightings.note("b", saw("vote/b"));
  t.deepEqual(sightings.take("a"), saw("vote/a"));
  t.is(sightings.take("a"), undefined);
  t.deepEqual(sightings.take("b"), saw("vote/b"));
});

test("what the server saw last counts", (t) => {
  const sightings = new Sightings();
  sightings.note("a", saw("vote/a"));
  sightings.note("a", saw("vote/b"));
  t.deepEqual(sightings.take("a"), saw("vote/b"));
});

test("what nobody takes is forgotten, the oldest first", (t) => {
  const sightings = new Sightings(2);
  for (const id of ["a", "b", "c"]) sightings.note(id, saw(id));
  t.is(sightings.take("a"), undefined);
  t.deepEqual(sightings.take("b"), saw("b"));
  t.deepEqual(sightings.take("c"), saw("c"));
});
