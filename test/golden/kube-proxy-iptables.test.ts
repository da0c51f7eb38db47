/** iptables mode against the tests of the real kube-proxy: rule text, and what becomes of packets. */
import test from "ava";
import { listGolden, readGolden } from "./golden-data.ts";
import { withGoldenFolder } from "./golden-folder.ts";
import { avaJudge } from "./judge.ts";
import { judgeIptables } from "./judge-iptables.ts";
import type { GoldenCase } from "./kube-proxy-case.ts";

withGoldenFolder("kube-proxy iptables", (folder) => {
  const cases = listGolden(folder, /^iptables-.*\.json$/).map((name) =>
    readGolden<GoldenCase>(folder, name),
  );

  test("there are upstream cases", (t) => {
    t.is(cases.length, 66);
  });

  for (const golden of cases) {
    if (golden.previousCase) continue;
    test(`upstream: ${golden.name}${golden.title ? ` (${golden.title})` : ""}`, (t) => {
      judgeIptables(golden, cases, avaJudge(t));
    });
  }
});
