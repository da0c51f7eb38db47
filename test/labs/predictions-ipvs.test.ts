/**
 * What is predicted is what the kernel does, also of IPVS.
 *
 * needs: kube-proxy mode ipvs
 */
import test from "ava";
import { up } from "../../src/index.ts";
import { checkFlows, checkPaper } from "./predicted-flows.ts";

/** An emulated machine takes the better part of a minute for each. */
const names = ["dns", "dual-stack"];

for (const file of names.map((name) => `topologies/${name}.yaml`)) {
  test.serial(`${file}: every flow ends in mode ipvs where its prediction says`, async (t) => {
    t.timeout(900_000);
    await using lab = await up(file, { proxyMode: "ipvs" });
    await checkFlows(t, lab, "turns");
    await checkPaper(t, lab, file, "ipvs");
  });
}
