import test from "ava";
import { stopSignalsOf } from "../../../api/pods/stop-signal.ts";
import { stopSignalNumber } from "../../../kernel/processes/stop-signal.ts";

test("every signal that a manifest may name for Linux has a number, and there are 65 of them", (t) => {
  const names = stopSignalsOf("linux") ?? [];
  t.is(new Set(names).size, 65);
  t.deepEqual(names, [...names].sort());
  for (const name of names) t.true(stopSignalNumber(name) > 0, name);
});
