/** Services, kube-proxy's options and the cluster's DNS. */
import { addressAt, blockSize, type Cidr, cidr } from "../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { ProxyMode, ProxyOptions } from "../proxy-options.ts";
import type { RawProxy, RawProxyIptables, RawProxyIpvs } from "../raw/raw-proxy.ts";
import type { RawDns, RawServices } from "../raw/raw-topology.ts";
import { parseDurationMs, parsePortRange } from "../scalars.ts";
import type { ClusterDns, ServiceNetwork } from "../topology.ts";

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

/** Fills in what KubeProxyConfiguration leaves out; see `--help` of kube-proxy for the defaults. */
export function resolveProxy(raw: RawProxy, podCIDR: Cidr): ProxyOptions {
  const mode: ProxyMode = raw.mode === undefined || raw.mode === "" ? "iptables" : raw.mode;
  const own = ownOptions(raw, mode);
  const addresses = raw.nodePortAddresses ?? [];
  return {
    mode,
    clusterCIDR: clusterCidr(raw) ?? podCIDR,
    masqueradeAll: own.masqueradeAll ?? false,
    masqueradeBit: own.masqueradeBit ?? 14,
    randomFully: ("randomFully" in own ? own.randomFully : undefined) ?? true,
    localhostNodePorts: raw.iptables?.localhostNodePorts ?? true,
    nodePortAddresses: addresses.includes("primary") ? "primary" : addresses.map(cidr),
    detectLocalMode: raw.detectLocalMode || "ClusterCIDR",
    ...detectionOf(raw.detectLocal),
    syncPeriodMs: durationMs(own.syncPeriod) || 30_000,
    // The real one has 1 s, to spare its API server; here somebody is waiting.
    minSyncPeriodMs: durationMs(own.minSyncPeriod) ?? 0,
    ipvs: resolveIpvs(raw.ipvs ?? {}),
  };
}

function detectionOf({
  bridgeInterface = "",
  interfaceNamePrefix = "",
}: NonNullable<RawProxy["detectLocal"]> = {}): Pick<
  ProxyOptions,
  "bridgeInterface" | "interfaceNamePrefix"
> {
  return { bridgeInterface, interfaceNamePrefix };
}

function ownOptions(raw: RawProxy, mode: ProxyMode): RawProxyIptables | RawProxyIpvs {
  // In ipvs mode the masquerading options are still read from `iptables`.
  const own = raw[mode] ?? {};
  return mode === "ipvs" ? { ...raw.iptables, ...own } : own;
}

function clusterCidr({ clusterCIDR, detectLocal }: RawProxy): Cidr | undefined {
  const text = detectLocal?.clusterCIDRs?.[0] ?? (clusterCIDR || undefined);
  return text === undefined ? undefined : cidr(text);
}

function resolveIpvs(raw: RawProxyIpvs): ProxyOptions["ipvs"] {
  return {
    scheduler: raw.scheduler || "rr",
    strictARP: raw.strictARP ?? false,
    tcpTimeoutMs: durationMs(raw.tcpTimeout) ?? 0,
    tcpFinTimeoutMs: durationMs(raw.tcpFinTimeout) ?? 0,
    udpTimeoutMs: durationMs(raw.udpTimeout) ?? 0,
    excludeCIDRs: (raw.excludeCIDRs ?? []).map(cidr),
  };
}

function durationMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(text);
}
