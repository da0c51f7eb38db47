import {
  type KubeProxyConfig,
  resolveKubeProxyConfig,
} from "../../../components/kube-proxy/config/config.ts";
import { type Cidr, formatCidr } from "../../../net/cidr.ts";
import type { ProxyOptions } from "../../../topology/proxy-options.ts";

/** A node's options in kube-proxy's own form; `serviceCIDRs` are where ClusterIPs come from. */
export function proxyConfig(options: ProxyOptions, serviceCIDRs: readonly Cidr[]): KubeProxyConfig {
  const { nodePortAddresses, bridgeInterface, interfaceNamePrefix, conntrack } = options;
  // What was resolved from one mode's section may be told in either: only the mode's own is read.
  const own = {
    masqueradeBit: options.masqueradeBit,
    masqueradeAll: options.masqueradeAll,
    syncPeriod: `${options.syncPeriodMs}ms`,
    minSyncPeriod: `${options.minSyncPeriodMs}ms`,
  };
  return resolveKubeProxyConfig(
    {
      mode: options.mode,
      clusterCIDR: options.clusterCIDRs.map(formatCidr).join(","),
      detectLocalMode: options.detectLocalMode,
      detectLocal: { bridgeInterface, interfaceNamePrefix },
      nodePortAddresses:
        nodePortAddresses === "primary" ? ["primary"] : nodePortAddresses.map(formatCidr),
      iptables: { ...own, localhostNodePorts: options.localhostNodePorts },
      nftables: own,
      ipvs: {
        syncPeriod: own.syncPeriod,
        minSyncPeriod: own.minSyncPeriod,
        scheduler: options.ipvs.scheduler,
        strictARP: options.ipvs.strictARP,
        excludeCIDRs: options.ipvs.excludeCIDRs.map(formatCidr),
        tcpTimeout: `${options.ipvs.tcpTimeoutMs}ms`,
        tcpFinTimeout: `${options.ipvs.tcpFinTimeoutMs}ms`,
        udpTimeout: `${options.ipvs.udpTimeoutMs}ms`,
      },
      conntrack: {
        tcpEstablishedTimeout: `${conntrack.tcpEstablishedTimeoutMs}ms`,
        tcpCloseWaitTimeout: `${conntrack.tcpCloseWaitTimeoutMs}ms`,
        tcpBeLiberal: conntrack.tcpBeLiberal,
        udpTimeout: `${conntrack.udpTimeoutMs}ms`,
        udpStreamTimeout: `${conntrack.udpStreamTimeoutMs}ms`,
      },
      featureGates: options.featureGates,
    },
    { randomFully: options.randomFully, serviceCIDRs: serviceCIDRs.map(formatCidr) },
  );
}
