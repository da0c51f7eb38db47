/** kube-proxy's options: the cluster's, and what differs on a node. */
import { type Cidr, cidr } from "../../net/cidr.ts";
import type { ProxyMode, ProxyOptions } from "../proxy-options.ts";
import type { RawProxy, RawProxyIptables, RawProxyIpvs } from "../raw/raw-proxy.ts";
import { parseDurationMs } from "../scalars.ts";

/** What a node says stands in place of what the cluster says, field by field, within the sections too. */
export function overrideProxy(cluster: RawProxy, node: RawProxy | undefined): RawProxy {
  if (node === undefined) return cluster;
  return {
    ...cluster,
    ...node,
    detectLocal: { ...cluster.detectLocal, ...node.detectLocal },
    iptables: { ...cluster.iptables, ...node.iptables },
    nftables: { ...cluster.nftables, ...node.nftables },
    ipvs: { ...cluster.ipvs, ...node.ipvs },
    conntrack: { ...cluster.conntrack, ...node.conntrack },
    featureGates: { ...cluster.featureGates, ...node.featureGates },
    sync: { ...cluster.sync, ...node.sync },
  };
}

/** Fills in what KubeProxyConfiguration leaves out; see `--help` of kube-proxy for the defaults. */
export function resolveProxy(raw: RawProxy, podCIDRs: readonly Cidr[]): ProxyOptions {
  const mode: ProxyMode = raw.mode === undefined || raw.mode === "" ? "iptables" : raw.mode;
  const own = ownOptions(raw, mode);
  return {
    mode,
    clusterCIDRs: clusterCidrs(raw) ?? podCIDRs,
    masqueradeAll: own.masqueradeAll ?? false,
    masqueradeBit: own.masqueradeBit ?? 14,
    randomFully: ("randomFully" in own ? own.randomFully : undefined) ?? true,
    ...nodePortsOf(raw),
    detectLocalMode: raw.detectLocalMode || "ClusterCIDR",
    ...detectionOf(raw.detectLocal),
    syncPeriodMs: durationMs(own.syncPeriod) || 30_000,
    // The real one has 1 s, to spare its API server; here somebody is waiting.
    minSyncPeriodMs: durationMs(raw.sync?.minPeriod) ?? durationMs(own.minSyncPeriod) ?? 0,
    ipvs: resolveIpvs(raw.ipvs ?? {}),
    conntrack: resolveConntrack(raw.conntrack ?? {}),
    featureGates: raw.featureGates ?? {},
    sync: resolveSync(raw.sync ?? {}),
  };
}

function nodePortsOf({
  iptables,
  nodePortAddresses,
}: RawProxy): Pick<ProxyOptions, "localhostNodePorts" | "nodePortAddresses"> {
  const addresses = nodePortAddresses ?? [];
  return {
    localhostNodePorts: iptables?.localhostNodePorts ?? true,
    nodePortAddresses: addresses.includes("primary") ? "primary" : addresses.map(cidr),
  };
}

function resolveSync({
  delay,
  frozen = false,
}: NonNullable<RawProxy["sync"]>): ProxyOptions["sync"] {
  return { delayMs: durationMs(delay) ?? 0, frozen };
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
  if (mode === "userspace") return raw.iptables ?? {};
  const own = raw[mode] ?? {};
  return mode === "ipvs" ? { ...raw.iptables, ...own } : own;
}

/** The older field has both families with a comma between them. */
function clusterCidrs({ clusterCIDR, detectLocal }: RawProxy): readonly Cidr[] | undefined {
  const texts = detectLocal?.clusterCIDRs ?? (clusterCIDR || undefined)?.split(",");
  return texts?.map(cidr);
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

function resolveConntrack(raw: NonNullable<RawProxy["conntrack"]>): ProxyOptions["conntrack"] {
  return {
    tcpEstablishedTimeoutMs: durationMs(raw.tcpEstablishedTimeout) ?? 24 * 3_600_000,
    tcpCloseWaitTimeoutMs: durationMs(raw.tcpCloseWaitTimeout) ?? 3_600_000,
    tcpBeLiberal: raw.tcpBeLiberal ?? false,
    udpTimeoutMs: durationMs(raw.udpTimeout) ?? 0,
    udpStreamTimeoutMs: durationMs(raw.udpStreamTimeout) ?? 0,
  };
}

function durationMs(text: string | null | undefined): number | undefined {
  return text === undefined || text === null ? undefined : parseDurationMs(text);
}
