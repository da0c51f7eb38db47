import type { Judge } from "./judge.ts";
import type { GoldenCase } from "./kube-proxy-case.ts";

/** What a vector says of a sync beside its rules: whether all was written or a part, and what was counted. */
export function judgeSync(
  judge: Judge,
  { name, sync, expectedMetrics }: GoldenCase,
  plan: { readonly type: string; readonly noLocalEndpoints: unknown },
): void {
  if (sync !== undefined) judge("syncs", `${name}: type`, plan.type, sync);
  if (expectedMetrics) {
    const { sync_proxy_rules_no_local_endpoints_total: expected } = expectedMetrics;
    judge("metrics", name, plan.noLocalEndpoints, expected);
  }
}
