/** nftables mode against the tests of the real kube-proxy: the table's text, its steps, and what becomes of packets. */
import test from "ava";
import { listGolden, readGolden } from "./golden-data.ts";
import { withGoldenFolder } from "./golden-folder.ts";
import { avaJudge } from "./judge.ts";
import { judgeNftables } from "./judge-nftables.ts";
import type { GoldenCase } from "./kube-proxy-case.ts";

withGoldenFolder("kube-proxy nftables", (folder) => {
  const cases = listGolden(folder, /^nftables-.*\.json$/).map((name) =>
    readGolden<GoldenCase>(folder, name),
  );

  test("there are upstream cases", (t) => {
    t.is(cases.length, 49);
  });

  for (const golden of cases) {
    if (golden.previousCase) continue;
    test(`upstream: ${golden.name}${golden.title ? ` (${golden.title})` : ""}`, (t) => {
      judgeNftables(golden, cases, avaJudge(t));
    });
  }
});
