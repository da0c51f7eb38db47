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
