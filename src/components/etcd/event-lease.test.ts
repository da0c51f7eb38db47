import test from "ava";
import { EventLease } from "./event-lease.ts";

test("events of a minute share a lease, which outlives each of them by an hour", (t) => {
  let now = 0;
  const asked: unknown[] = [];
  const lease = new EventLease(
    (json) => {
      asked.push(JSON.parse(json));
      return `lease ${asked.length}`;
    },
    () => now,
  );
  t.deepEqual([lease.id(), lease.id()], ["lease 1", "lease 1"]);
  now = 61_000;
  t.is(lease.id(), "lease 2");
  t.deepEqual(asked, [{ TTL: "3660" }, { TTL: "3660" }]);
});
