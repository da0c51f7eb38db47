/** ipvs mode against the flows of the other modes' tests, and what is known to be otherwise. */
import test from "ava";
import { listGolden, readGolden } from "./golden-data.ts";
import { withGoldenFolder } from "./golden-folder.ts";
import { flowsInIpvs, hasIpvs, otherwise } from "./ipvs-flows.ts";
import { avaJudge } from "./judge.ts";
import { judgeIpvs } from "./judge-ipvs.ts";
import type { GoldenCase } from "./kube-proxy-case.ts";

withGoldenFolder("kube-proxy ipvs", (folder) => {
  const cases = listGolden(folder, /^(ip|nf)tables-.*\.json$/)
    .map((name) => readGolden<GoldenCase>(folder, name))
    .filter((golden) => golden.flows.length > 0 && hasIpvs(golden));

  for (const golden of cases) {
    if (golden.previousCase) continue;
    test(`${golden.mode}'s ${golden.name}: every flow ends there in mode ipvs, or is known not to`, (t) => {
      judgeIpvs(golden, cases, avaJudge(t));
      t.pass();
    });
  }

  test("few flows are known to be otherwise, and every reason is one of some", (t) => {
    const flows = cases.flatMap((golden) => golden.flows.map((flow) => ({ golden, flow })));
    for (const { why, isMeant } of otherwise) {
      t.true(
        flows.some(({ golden, flow }) => isMeant(flow, golden)),
        why,
      );
    }
    const other = cases.flatMap((golden) =>
      flowsInIpvs(golden).filter(({ output }, index) => output !== inOrder(golden, index)),
    );
    t.true(other.length > 30 && other.length < 50, `${other.length} of ${flows.length}`);
  });
});

function inOrder({ flows }: GoldenCase, index: number): string | undefined {
  return flows[index]?.output.split(", ").sort().join(", ");
}
