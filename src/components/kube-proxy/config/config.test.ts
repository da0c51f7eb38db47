import test from "ava";
import { resolveKubeProxyConfig } from "./config.ts";
import { nodeSysctls } from "./node-sysctls.ts";

test("the defaults are kube-proxy's", (t) => {
  const config = resolveKubeProxyConfig();
  t.like(config, { mode: "iptables", detectLocalMode: "ClusterCIDR", nodePortAddresses: [] });
  t.like(config, { masqueradeAll: false, syncPeriodMs: 30_000 });
  t.true(config.iptables.localhostNodePorts);
  t.is(config.host.masqueradeMark, "0x00004000");
  t.is(config.conntrack.tcpEstablishedTimeoutMs, 86_400_000);
});

test("what is written counts", (t) => {
  const config = resolveKubeProxyConfig({
    clusterCIDR: "10.244.0.0/16,fd00:244::/56",
    iptables: { masqueradeBit: 0, syncPeriod: "1m", minSyncPeriod: "1s" },
    conntrack: { tcpCloseWaitTimeout: "90s" },
    featureGates: { LoadBalancerIPMode: false },
  });
  t.deepEqual(config.clusterCIDR, ["10.244.0.0/16", "fd00:244::/56"]);
  t.like(config, { syncPeriodMs: 60_000, minSyncPeriodMs: 1_000 });
  t.is(config.host.masqueradeMark, "0x00000001");
  t.is(config.conntrack.tcpCloseWaitTimeoutMs, 90_000);
  t.false(config.featureGates.LoadBalancerIPMode);
});

test("in nftables mode that mode's section counts, and one address serves node ports", (t) => {
  const config = resolveKubeProxyConfig({
    mode: "nftables",
    iptables: { masqueradeBit: 1, syncPeriod: "1m" },
    nftables: { masqueradeBit: 2, masqueradeAll: true },
  });
  t.like(config, { masqueradeAll: true, syncPeriodMs: 30_000, nodePortAddresses: ["primary"] });
  t.is(config.host.masqueradeMark, "0x00000004");
  const everywhere = resolveKubeProxyConfig({ mode: "nftables", nodePortAddresses: ["0.0.0.0/0"] });
  t.deepEqual(everywhere.nodePortAddresses, ["0.0.0.0/0"]);
});

test("the highest bit is a mark like the others", (t) => {
  const config = resolveKubeProxyConfig({ iptables: { masqueradeBit: 31 } });
  t.is(config.host.masqueradeMark, "0x80000000");
});

const refused = [
  {
    written: { iptables: { masqueradeBit: 32 } },
    message: "iptables.masqueradeBit 32: must be 0..31",
  },
  {
    written: { iptables: { syncPeriod: "30" } },
    message: "iptables.syncPeriod 30: is not a duration",
  },
  {
    written: { conntrack: { udpTimeout: "soon" } },
    message: "conntrack.udpTimeout soon: is not a duration",
  },
];
for (const { written, message } of refused) {
  test(`refused: ${message}`, (t) => {
    t.throws(() => resolveKubeProxyConfig(written), { code: "KUBE_PROXY_BAD_CONFIG", message });
  });
}

test("route_localnet is on exactly where node ports answer on 127.0.0.1", (t) => {
  const routeLocalnet = (
    written: Parameters<typeof resolveKubeProxyConfig>[0],
    family: "ipv4" | "ipv6" = "ipv4",
  ): string | undefined =>
    nodeSysctls(resolveKubeProxyConfig(written), family)["net/ipv4/conf/all/route_localnet"];
  t.is(routeLocalnet({}), "1");
  t.is(routeLocalnet({}, "ipv6"), undefined);
  t.is(routeLocalnet({ iptables: { localhostNodePorts: false } }), undefined);
  t.is(routeLocalnet({ nodePortAddresses: ["192.168.0.0/24"] }), undefined);
  t.is(routeLocalnet({ mode: "nftables" }), undefined);
});

test("conntrack's time-outs are in seconds, and those of 0 are the kernel's", (t) => {
  const sysctls = nodeSysctls(
    resolveKubeProxyConfig({ conntrack: { udpStreamTimeout: "3m", tcpBeLiberal: true } }),
    "ipv4",
  );
  t.is(sysctls["net/netfilter/nf_conntrack_tcp_timeout_established"], "86400");
  t.is(sysctls["net/netfilter/nf_conntrack_udp_timeout_stream"], "180");
  t.is(sysctls["net/netfilter/nf_conntrack_udp_timeout"], undefined);
  t.is(sysctls["net/netfilter/nf_conntrack_tcp_be_liberal"], "1");
});
