import { ipAddress } from "../../../net/ip-address.ts";
import { type KubeProxyConfig, type ProxyMode, resolveKubeProxyConfig } from "../config/config.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export const sampleConfig: KubeProxyConfig = resolveKubeProxyConfig({
  clusterCIDR: "10.244.0.0/16",
});

/** The same in another mode. */
export function sampleConfigOf(mode: ProxyMode): KubeProxyConfig {
  return resolveKubeProxyConfig(
    { mode, clusterCIDR: "10.244.0.0/16" },
    { serviceCIDRs: ["10.96.0.0/16"] },
  );
}

/** The node that the sample flows are seen from. */
export const sampleNode: ProxyNode = {
  name: "node01",
  ip: ipAddress("192.168.0.16"),
  zone: "a",
  podCIDRs: ["10.244.1.0/24"],
  addresses: ["127.0.0.1", "192.168.0.16", "10.244.1.1"].map(ipAddress),
};
