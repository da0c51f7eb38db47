import test from "ava";
import { noTotals, renderMetrics } from "./metrics.ts";

const totals = {
  full: 1,
  partial: 2,
  failed: 3,
  lastMs: 1_500,
  queuedMs: 1_250,
  cleanUps: 6,
  forgotten: 7,
  noLocalEndpoints: { internal: 4, external: 5 },
};
const answers = {
  healthz: new Map([
    [200, 8],
    [503, 9],
  ]),
  livez: new Map(),
};

const cases = [
  { mode: "iptables", failures: "iptables_restore", countsBoth: true },
  { mode: "nftables", failures: "nftables_sync", countsBoth: true },
  { mode: "ipvs", failures: "iptables_restore", countsBoth: false },
] as const;
for (const { mode, failures, countsBoth } of cases) {
  test(`in ${mode} mode, what failed is called ${failures}, and each figure tells its family`, (t) => {
    const values = renderMetrics([{ family: "ipv6", totals }], { mode, ...answers })
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    t.deepEqual(values, [
      'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv6"} 1.25',
      'kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 1.5',
      'kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 3',
      ...(countsBoth
        ? [
            'kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv6"} 1',
            'kubeproxy_sync_partial_proxy_rules_duration_seconds_count{ip_family="IPv6"} 2',
          ]
        : []),
      `kubeproxy_sync_proxy_rules_${failures}_failures_total{ip_family="IPv6"} 3`,
      'kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family="IPv6",traffic_policy="internal"} 4',
      'kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family="IPv6",traffic_policy="external"} 5',
      'kubeproxy_conntrack_reconciler_sync_duration_seconds_count{ip_family="IPv6"} 6',
      'kubeproxy_conntrack_reconciler_deleted_entries_total{ip_family="IPv6"} 7',
      'kubeproxy_proxy_healthz_total{code="200"} 8',
      'kubeproxy_proxy_healthz_total{code="503"} 9',
    ]);
  });
}

test("two families are two lines of each figure, under one heading", (t) => {
  const proxiers = [
    { family: "ipv4", totals },
    { family: "ipv6", totals: noTotals },
  ] as const;
  const lines = renderMetrics(proxiers, { mode: "nftables", ...answers }).split("\n");
  const from = lines.indexOf("# TYPE kubeproxy_sync_proxy_rules_duration_seconds_count counter");
  t.deepEqual(lines.slice(from + 1, from + 3), [
    'kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 3',
    'kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 0',
  ]);
  t.is(new Set(lines).size, lines.length);
});
