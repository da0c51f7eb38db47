/** Services and the cluster's DNS. */
import { addressAt, blockSize, type Cidr, cidr } from "../../net/cidr.ts";
import { type IpAddress, type IpFamily, ipAddress } from "../../net/ip-address.ts";
import { checkFamilies, textOf } from "../raw/by-family.ts";
import type { RawDns, RawServices } from "../raw/raw-network.ts";
import type { RawProxy } from "../raw/raw-proxy.ts";
import type { Written } from "../raw/written.ts";
import { parsePortRange } from "../scalars.ts";
import type { Report } from "../source/problem.ts";
import type { ClusterDns, ServiceNetwork } from "../topology.ts";
import { resolveProxy } from "./resolve-proxy.ts";

const defaultCidrs = { ipv4: "10.96.0.0/16", ipv6: "fd00:10:96::/112" } as const;
const defaultLoadBalancerCidr = "198.51.100.0/24";
const defaultPortRange = { first: 30_000, last: 32_767 };

/** As kubeadm does: the first address is the API server's own Service, the tenth after it DNS. */
const dnsIndex = 10;

export function resolveServices(
  written: Written<RawServices>,
  {
    families,
    proxy,
    podCIDRs,
  }: {
    readonly families: readonly IpFamily[];
    readonly proxy: RawProxy;
    readonly podCIDRs: readonly Cidr[];
  },
  report: Report,
): ServiceNetwork {
  const { raw } = written;
  checkFamilies(written, "cidr", { who: "service CIDR ", families }, report);
  const cidrs = families.map((family) =>
    cidr(textOf(written, "cidr", family)?.text ?? defaultCidrs[family]),
  );
  const range = raw.nodePortRange === undefined ? undefined : parsePortRange(raw.nodePortRange);
  return {
    cidr: cidrs[0] ?? cidr(defaultCidrs.ipv4),
    cidrs,
    nodePortRange: range ?? defaultPortRange,
    loadBalancerCIDR: cidr(raw.loadBalancerCIDR ?? defaultLoadBalancerCidr),
    proxy: resolveProxy(proxy, podCIDRs),
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
