import test from "ava";
import { renderMetrics } from "./metrics.ts";

const totals = {
  full: 1,
  partial: 2,
  failed: 3,
  lastMs: 1_500,
  noLocalEndpoints: { internal: 4, external: 5 },
};

const cases = [
  { mode: "iptables", failures: "iptables_restore", countsBoth: true },
  { mode: "nftables", failures: "nftables_sync", countsBoth: true },
  { mode: "ipvs", failures: "iptables_restore", countsBoth: false },
] as const;
for (const { mode, failures, countsBoth } of cases) {
  test(`in ${mode} mode, what failed is called ${failures}, and each figure tells its family`, (t) => {
    const values = renderMetrics(totals, { mode, family: "ipv6" })
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    t.deepEqual(values, [
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
    ]);
  });
}
