/** A few of kube-proxy's metrics, in Prometheus' text format. */
import type { SyncSummary } from "../model/proxier.ts";

/** Since the proxy started. */
export interface SyncTotals {
  readonly full: number;
  readonly partial: number;
  readonly failed: number;
  /** Milliseconds since the epoch; 0 before the first. */
  readonly lastMs: number;
  readonly noLocalEndpoints: SyncSummary["noLocalEndpoints"];
}

export function renderMetrics(totals: SyncTotals): string {
  const { full, partial, failed, lastMs, noLocalEndpoints } = totals;
  const noLocal = Object.entries(noLocalEndpoints ?? {}).map(
    ([policy, count]) => [`{traffic_policy="${policy}"}`, count] as const,
  );
  return [
    metric("sync_proxy_rules_last_timestamp_seconds", "gauge", [["", lastMs / 1000]]),
    metric("sync_full_proxy_rules_duration_seconds_count", "counter", [["", full]]),
    metric("sync_partial_proxy_rules_duration_seconds_count", "counter", [["", partial]]),
    metric("sync_proxy_rules_iptables_restore_failures_total", "counter", [["", failed]]),
    metric("sync_proxy_rules_no_local_endpoints_total", "gauge", noLocal),
  ].join("");
}

function metric(
  name: string,
  type: "counter" | "gauge",
  values: ReadonlyArray<readonly [labels: string, value: number]>,
): string {
  const full = `kubeproxy_${name}`;
  const lines = values.map(([labels, value]) => `${full}${labels} ${value}\n`);
  return lines.length === 0 ? "" : `# TYPE ${full} ${type}\n${lines.join("")}`;
}
