/** Services and the cluster's DNS. */
import { addressAt, blockSize, type Cidr, cidr } from "../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import type { RawDns, RawServices } from "../raw/raw-topology.ts";
import { parsePortRange } from "../scalars.ts";
import type { ClusterDns, ServiceNetwork } from "../topology.ts";
import { resolveProxy } from "./resolve-proxy.ts";

const defaultCidr = "10.96.0.0/16";
const defaultLoadBalancerCidr = "198.51.100.0/24";
const defaultPortRange = { first: 30_000, last: 32_767 };

/** As kubeadm does: the first address is the API server's own Service, the tenth after it DNS. */
const dnsIndex = 10;

export function resolveServices(raw: RawServices, proxy: RawProxy, podCIDR: Cidr): ServiceNetwork {
  const range = raw.nodePortRange === undefined ? undefined : parsePortRange(raw.nodePortRange);
  return {
    cidr: cidr(raw.cidr ?? defaultCidr),
    nodePortRange: range ?? defaultPortRange,
    loadBalancerCIDR: cidr(raw.loadBalancerCIDR ?? defaultLoadBalancerCidr),
    proxy: resolveProxy(proxy, podCIDR),
  };
}

export function resolveDns(raw: RawDns, { cidr: block }: ServiceNetwork): ClusterDns {
  return {
    enabled: raw.enabled ?? true,
    clusterDomain: raw.clusterDomain ?? "cluster.local",
    address: raw.address === undefined ? defaultDnsAddress(block) : ipAddress(raw.address),
    replicas: raw.replicas ?? 1,
    corefile: raw.corefile,
  };
}

function defaultDnsAddress(block: Cidr): IpAddress {
  const last = blockSize(block) - 1n;
  return addressAt(block, last < BigInt(dnsIndex) ? last : dnsIndex);
}
