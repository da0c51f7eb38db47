import {
  type KubeProxyConfig,
  resolveKubeProxyConfig,
} from "../../components/kube-proxy/model/config.ts";
import { formatCidr } from "../../net/cidr.ts";
import type { ProxyOptions } from "../../topology/proxy-options.ts";

/** The topology's options in kube-proxy's own form. */
export function proxyConfig(options: ProxyOptions): KubeProxyConfig {
  const { nodePortAddresses, bridgeInterface, interfaceNamePrefix } = options;
  return resolveKubeProxyConfig(
    {
      mode: options.mode,
      clusterCIDR: formatCidr(options.clusterCIDR),
      detectLocalMode: options.detectLocalMode,
      detectLocal: { bridgeInterface, interfaceNamePrefix },
      nodePortAddresses:
        nodePortAddresses === "primary" ? ["primary"] : nodePortAddresses.map(formatCidr),
      iptables: {
        masqueradeBit: options.masqueradeBit,
        masqueradeAll: options.masqueradeAll,
        localhostNodePorts: options.localhostNodePorts,
        syncPeriod: `${options.syncPeriodMs}ms`,
        minSyncPeriod: `${options.minSyncPeriodMs}ms`,
      },
    },
    { randomFully: options.randomFully },
  );
}
