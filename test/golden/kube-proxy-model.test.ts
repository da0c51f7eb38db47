/** What all modes of kube-proxy share, against upstream's own tables. */
import test from "ava";
import { withGoldenFolder } from "./golden-folder.ts";
import { avaJudge } from "./judge.ts";
import { judgeModel } from "./judge-model.ts";

withGoldenFolder("kube-proxy model", (folder) => {
  test("categories, names, order and probabilities are upstream's", (t) => {
    const kinds = new Map<string, number>();
    const judge = avaJudge(t);
    judgeModel(folder, (kind, ...check) => {
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      judge(kind, ...check);
    });
    t.is(kinds.get("categorisation"), 30);
    for (const kind of ["names", "ordering", "probabilities", "service CIDRs"])
      t.true((kinds.get(kind) ?? 0) > 0);
  });
});
