/** A part of `npm run conformance -- policies`: the whole takes a minute. */
import test from "ava";
import { policies } from "../conformance/policies.ts";

test("what policies allow and deny is what the standard's text says, flow by flow", async (t) => {
  const { rows, failures } = await policies(undefined, 7);
  t.deepEqual(failures, []);
  t.is(
    rows.reduce((sum, { passed }) => sum + passed, 0),
    7 * 324,
  );
});
