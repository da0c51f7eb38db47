/** The flows of upstream's vectors as real packets; `npm run conformance -- packets` prints the same as a table. */
import test from "ava";
import { packets } from "../conformance/packets.ts";
import { withGoldenFolder } from "../golden/golden-folder.ts";
import { patient } from "../patience.ts";

withGoldenFolder("kube-proxy's packets", (folder) => {
  test("every flow ends where upstream says, in both modes", async (t) => {
    t.timeout(patient(300_000));
    const { rows, failures, notes } = await packets(folder, ["iptables", "nftables"]);
    t.deepEqual(failures, []);
    for (const { subject, passed } of rows) t.true(passed > 150, subject);
    t.log(...notes.map((note) => `NOT CHECKED ${note}`));
  });
});
