/** `npm run conformance -- rules` and `-- flows`: the vectors of upstream's kube-proxy tests. */
import { listGolden, readGolden } from "../golden/golden-data.ts";
import type { CheckKind, Judge } from "../golden/judge.ts";
import { judgeIptables } from "../golden/judge-iptables.ts";
import { judgeIpvs } from "../golden/judge-ipvs.ts";
import { judgeModel } from "../golden/judge-model.ts";
import { judgeNftables } from "../golden/judge-nftables.ts";
import type { GoldenCase } from "../golden/kube-proxy-case.ts";
import { type PartResult, Tally } from "./tally.ts";

const modes = [
  { mode: "iptables", pattern: /^iptables-.*\.json$/, judgeCase: judgeIptables },
  { mode: "nftables", pattern: /^nftables-.*\.json$/, judgeCase: judgeNftables },
  // Upstream traces none in this mode: the others' flows, and what it is known to do otherwise.
  { mode: "ipvs", pattern: /^(ip|nf)tables-.*\.json$/, judgeCase: judgeIpvs },
] as const;

/** Rule texts and everything about them but what becomes of packets; names, categories, order. */
export function rules(folder: string): PartResult {
  const tally = new Tally();
  playAll(folder, tally, (kind) => kind !== "flows");
  countAll(folder, tally);
  judgeModel(folder, (kind, ...check) => tally.compare(`${kind}, all modes`, ...check));
  return tally.result;
}

/** What becomes of packets, by the predictor. */
export function flows(folder: string): PartResult {
  const tally = new Tally();
  playAll(folder, tally, (kind) => kind === "flows");
  return tally.result;
}

function playAll(folder: string, tally: Tally, counts: (kind: CheckKind) => boolean): void {
  for (const { mode, pattern, judgeCase } of modes) {
    const cases = listGolden(folder, pattern).map((name) => readGolden<GoldenCase>(folder, name));
    const judge: Judge = (kind, ...check) => {
      if (counts(kind)) tally.compare(`${kind}, ${mode}`, ...check);
    };
    for (const golden of cases) if (!golden.previousCase) judgeCase(golden, cases, judge);
  }
}

/** Every vector that the folder's own index speaks of is there; and those of which some part has nothing to compare. */
function countAll(folder: string, tally: Tally): void {
  const { counts } = readGolden<{
    readonly counts: Readonly<Record<string, { readonly cases: number; readonly flows: number }>>;
  }>(folder, "INDEX.json");
  for (const mode of ["iptables", "nftables"]) {
    const cases = listGolden(folder, new RegExp(`^${mode}-.*\\.json$`)).map((name) =>
      readGolden<GoldenCase>(folder, name),
    );
    const flows = cases.reduce((sum, golden) => sum + golden.flows.length, 0);
    const { cases: number = 0, flows: indexed = 0 } = counts[mode] ?? {};
    tally.compare(`vectors, ${mode}`, "cases", cases.length, number);
    tally.compare(`vectors, ${mode}`, "flows", flows, indexed);
    const isByHand = (golden: GoldenCase): boolean => golden.expectedForm === "static-input";
    const byHand = cases.filter(isByHand).map(({ name }) => name);
    const untold = cases.filter((golden) => !golden.expected && !isByHand(golden));
    if (byHand.length > 0) {
      tally.note(`the text of ${mode}'s ${byHand.join(", ")}: rules by hand, for flows alone`);
    }
    if (untold.length > 0) {
      const names = untold.map(({ name }) => name).join(", ");
      tally.note(`the text of ${mode}'s ${names}: the vectors leave it out, for its size`);
    }
  }
}
