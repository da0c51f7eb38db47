/** A few of kube-proxy's metrics, in Prometheus' text format, as Kubernetes 1.33 and later name and label them. */
import type { IpFamily } from "../../../net/ip-address.ts";
import type { ProxyMode } from "../config/config.ts";
import type { SyncSummary } from "../model/proxier.ts";

/** Since the proxy started. Times are milliseconds since the epoch; 0 before the first. */
export interface SyncTotals {
  readonly full: number;
  readonly partial: number;
  readonly failed: number;
  readonly lastMs: number;
  readonly queuedMs: number;
  /** How often conntrack was looked through, and how many entries were forgotten. */
  readonly cleanUps: number;
  readonly forgotten: number;
  readonly noLocalEndpoints: SyncSummary["noLocalEndpoints"];
}

export const noTotals: SyncTotals = {
  full: 0,
  partial: 0,
  failed: 0,
  lastMs: 0,
  queuedMs: 0,
  cleanUps: 0,
  forgotten: 0,
  noLocalEndpoints: undefined,
};

export interface ProxierCounts {
  readonly family: IpFamily;
  readonly totals: SyncTotals;
}

/** By HTTP status, how often a path was answered. */
type Answers = ReadonlyMap<number, number>;
type Values = ReadonlyArray<readonly [labels: string, value: number]>;

/** `proxiers` of one kube-proxy; `healthz` and `livez` are how these paths were answered. */
export function renderMetrics(
  proxiers: readonly ProxierCounts[],
  {
    mode,
    healthz,
    livez,
  }: { readonly mode: ProxyMode; readonly healthz: Answers; readonly livez: Answers },
): string {
  const each = (value: (totals: SyncTotals) => number): Values =>
    proxiers.map((proxier) => [familyLabel(proxier), value(proxier.totals)]);
  const counter = (name: string, value: (totals: SyncTotals) => number): string =>
    metric(name, "counter", each(value));
  // Who always writes everything has no two kinds of syncs.
  const isEither = mode === "iptables" || mode === "nftables";
  const failures = mode === "nftables" ? "nftables_sync" : "iptables_restore";
  const time = (of: "queued" | "last"): Values => each((totals) => totals[`${of}Ms`] / 1000);
  return [
    metric("sync_proxy_rules_last_queued_timestamp_seconds", "gauge", time("queued")),
    metric("sync_proxy_rules_last_timestamp_seconds", "gauge", time("last")),
    counter("sync_proxy_rules_duration_seconds_count", ({ full, partial }) => full + partial),
    ...(isEither
      ? [
          counter("sync_full_proxy_rules_duration_seconds_count", ({ full }) => full),
          counter("sync_partial_proxy_rules_duration_seconds_count", ({ partial }) => partial),
        ]
      : []),
    counter(`sync_proxy_rules_${failures}_failures_total`, ({ failed }) => failed),
    metric("sync_proxy_rules_no_local_endpoints_total", "gauge", proxiers.flatMap(noLocal)),
    counter("conntrack_reconciler_sync_duration_seconds_count", ({ cleanUps }) => cleanUps),
    counter("conntrack_reconciler_deleted_entries_total", ({ forgotten }) => forgotten),
    metric("proxy_healthz_total", "counter", byCode(healthz)),
    metric("proxy_livez_total", "counter", byCode(livez)),
  ].join("");
}

function noLocal(proxier: ProxierCounts): Values {
  return Object.entries(proxier.totals.noLocalEndpoints ?? {}).map(
    ([policy, count]) => [`${familyLabel(proxier)},traffic_policy="${policy}"`, count] as const,
  );
}

function familyLabel({ family }: ProxierCounts): string {
  return `ip_family="${family === "ipv4" ? "IPv4" : "IPv6"}"`;
}

function byCode(answers: Answers): Values {
  return Array.from(answers, ([code, count]) => [`code="${code}"`, count] as const);
}

function metric(name: string, type: "counter" | "gauge", values: Values): string {
  const full = `kubeproxy_${name}`;
  const lines = values.map(([labels, value]) => `${full}{${labels}} ${value}\n`);
  return lines.length === 0 ? "" : `# TYPE ${full} ${type}\n${lines.join("")}`;
}
