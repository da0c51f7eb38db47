/**
 * The flows of upstream's vectors as real packets in ipvs mode; `npm run conformance -- packets-ipvs` prints the same as a table.
 *
 * needs: kube-proxy mode ipvs
 */
import test from "ava";
import { packets } from "../conformance/packets.ts";
import { withGoldenFolder } from "../golden/golden-folder.ts";
import { patient } from "../patience.ts";

withGoldenFolder("kube-proxy's packets in ipvs mode", (folder) => {
  test("every flow ends where upstream says, or as this mode is known to", async (t) => {
    t.timeout(patient(600_000));
    const { rows, failures, notes } = await packets(folder, ["ipvs"]);
    t.deepEqual(failures, []);
    t.is(rows.length, 1);
    for (const { subject, passed } of rows) t.true(passed > 400, subject);
    t.log(...rows.map(({ passed }) => `${passed} flows`));
    t.log(...notes.map((note) => `NOT CHECKED ${note}`));
  });
});
