/**
 * What is predicted is what the kernel does: every flow of every topology, in every mode that needs no module of
 * the kernel.
 */
import test from "ava";
import { up } from "../../src/index.ts";
import { checkFlows, checkPaper, topologyFiles } from "./predicted-flows.ts";

for (const file of topologyFiles) {
  test.serial(`${file}: every flow ends where its prediction says`, async (t) => {
    t.timeout(300_000);
    await using lab = await up(file);
    await checkFlows(t, lab);
  });

  test.serial(`${file}: on paper it is predicted as in the lab`, async (t) => {
    t.timeout(300_000);
    await using lab = await up(file);
    await checkPaper(t, lab, file);
  });

  for (const proxyMode of ["nftables", "userspace"] as const) {
    test.serial(`${file}: so it is in mode ${proxyMode}`, async (t) => {
      t.timeout(300_000);
      await using lab = await up(file, { proxyMode });
      await checkFlows(t, lab, proxyMode === "userspace" ? "turns" : "dice");
      await checkPaper(t, lab, file, proxyMode);
    });
  }
}
