/** A part of `npm run conformance -- policies`: the whole takes a minute. By addresses, and by Felix's chains on each pod's device. */
import test from "ava";
import { policies } from "../conformance/policies.ts";

for (const network of ["bridge", "calico/bgp"] as const) {
  test.serial(
    `what policies allow and deny over ${network} is what the standard's text says, flow by flow`,
    async (t) => {
      const wanted = 5;
      const { rows, failures } = await policies(undefined, { wanted, network });
      t.deepEqual(failures, []);
      t.is(
        rows.reduce((sum, { passed }) => sum + passed, 0),
        wanted * 324,
      );
    },
  );
}
