/** A few of kube-proxy's metrics, in Prometheus' text format, as Kubernetes 1.33 and later name and label them. */
import type { IpFamily } from "../../../net/ip-address.ts";
import type { ProxyMode } from "../config/config.ts";
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

export function renderMetrics(
  totals: SyncTotals,
  { mode, family }: { readonly mode: ProxyMode; readonly family: IpFamily },
): string {
  const { full, partial, failed, lastMs, noLocalEndpoints } = totals;
  const label = `ip_family="${family === "ipv4" ? "IPv4" : "IPv6"}"`;
  const one = (value: number) => [[label, value]] as const;
  const noLocal = Object.entries(noLocalEndpoints ?? {}).map(
    ([policy, count]) => [`${label},traffic_policy="${policy}"`, count] as const,
  );
  // Who always writes everything has no two kinds of syncs.
  const isEither = mode === "iptables" || mode === "nftables";
  const failures = mode === "nftables" ? "nftables_sync" : "iptables_restore";
  return [
    metric("sync_proxy_rules_last_timestamp_seconds", "gauge", one(lastMs / 1000)),
    metric("sync_proxy_rules_duration_seconds_count", "counter", one(full + partial)),
    metric("sync_full_proxy_rules_duration_seconds_count", "counter", isEither ? one(full) : []),
    metric(
      "sync_partial_proxy_rules_duration_seconds_count",
      "counter",
      isEither ? one(partial) : [],
    ),
    metric(`sync_proxy_rules_${failures}_failures_total`, "counter", one(failed)),
    metric("sync_proxy_rules_no_local_endpoints_total", "gauge", noLocal),
  ].join("");
}

function metric(
  name: string,
  type: "counter" | "gauge",
  values: ReadonlyArray<readonly [labels: string, value: number]>,
): string {
  const full = `kubeproxy_${name}`;
  const lines = values.map(([labels, value]) => `${full}{${labels}} ${value}\n`);
  return lines.length === 0 ? "" : `# TYPE ${full} ${type}\n${lines.join("")}`;
}
