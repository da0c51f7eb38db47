/**
 * kube-proxy's configuration: as written in a KubeProxyConfiguration document,
 * and as resolved, with every default filled.
 *
 * @see k8s.io/kube-proxy/config/v1alpha1
 */
import { PodwireError } from "../../../base/podwire-error.ts";
import { parseGoDuration } from "./duration.ts";

export type ProxyMode = "iptables" | "ipvs" | "nftables" | "userspace";
type DetectLocalMode = "ClusterCIDR" | "NodeCIDR" | "BridgeInterface" | "InterfaceNamePrefix";

/** As written; durations in Go's notation. Only the fields that decide something here. */
export interface KubeProxyConfiguration {
  readonly mode?: ProxyMode;
  /** One CIDR, or one of each family with a comma between. */
  readonly clusterCIDR?: string;
  readonly detectLocalMode?: DetectLocalMode;
  readonly detectLocal?: {
    readonly bridgeInterface?: string;
    readonly interfaceNamePrefix?: string;
  };
  /** CIDRs, or the single word `primary`. */
  readonly nodePortAddresses?: readonly string[];
  /** In ipvs mode, too, masquerading is told here. */
  readonly iptables?: ModeOptions & { readonly localhostNodePorts?: boolean };
  readonly nftables?: ModeOptions;
  readonly ipvs?: Pick<ModeOptions, "syncPeriod" | "minSyncPeriod"> & {
    readonly scheduler?: string;
    readonly strictARP?: boolean;
    readonly excludeCIDRs?: readonly string[];
    readonly tcpTimeout?: string;
    readonly tcpFinTimeout?: string;
    readonly udpTimeout?: string;
  };
  readonly conntrack?: {
    readonly tcpEstablishedTimeout?: string;
    readonly tcpCloseWaitTimeout?: string;
    readonly tcpBeLiberal?: boolean;
    readonly udpTimeout?: string;
    readonly udpStreamTimeout?: string;
  };
  readonly featureGates?: Readonly<Record<string, boolean>>;
}

/** What every mode has a section of its own for. */
interface ModeOptions {
  readonly masqueradeBit?: number;
  readonly masqueradeAll?: boolean;
  readonly syncPeriod?: string;
  readonly minSyncPeriod?: string;
}

/** As resolved. Field names are the document's, with units where it has durations. */
export interface KubeProxyConfig {
  readonly mode: ProxyMode;
  /** At most one of each family. */
  readonly clusterCIDR: readonly string[];
  readonly detectLocalMode: DetectLocalMode;
  readonly detectLocal: {
    readonly bridgeInterface?: string;
    readonly interfaceNamePrefix?: string;
  };
  readonly nodePortAddresses: readonly string[];
  /** This and the next two are of the mode's own section. */
  readonly masqueradeAll: boolean;
  readonly syncPeriodMs: number;
  readonly minSyncPeriodMs: number;
  readonly iptables: { readonly localhostNodePorts: boolean };
  readonly ipvs: {
    /** The kernel's name of it. */
    readonly scheduler: string;
    readonly strictARP: boolean;
    /** Of either family. */
    readonly excludeCIDRs: readonly string[];
    /** TCP, TCP after FIN, UDP; 0 leaves the kernel's value. */
    readonly timeoutSeconds: readonly [tcp: number, tcpFin: number, udp: number];
  };
  readonly conntrack: {
    readonly tcpEstablishedTimeoutMs: number;
    readonly tcpCloseWaitTimeoutMs: number;
    readonly tcpBeLiberal: boolean;
    /** 0 leaves the kernel's value. */
    readonly udpTimeoutMs: number;
    readonly udpStreamTimeoutMs: number;
  };
  readonly featureGates: {
    readonly LoadBalancerIPMode: boolean;
    readonly PreferSameTrafficDistribution: boolean;
  };
  readonly host: ProxyHost;
}

/** What the real one does not read but finds out, or has compiled in. */
export interface ProxyHost {
  /** The firewall mark for "masquerade this", in hexadecimal as rules spell it. */
  readonly masqueradeMark: string;
  /** iptables knows `MASQUERADE --random-fully` since 1.6.2. */
  readonly randomFully: boolean;
  /** nfacct objects that exist on the node. None: they count, and decide nothing. */
  readonly nfacctCounters: readonly string[];
  /** Above this many endpoints, comments are left out and chains are cleaned up less often. */
  readonly largeClusterEndpointsThreshold: number;
  /** A full sync is forced when the last one is this old. */
  readonly fullSyncPeriodMs: number;
  /** What the cluster's ServiceCIDR objects say, of either family. Only nftables mode asks. */
  readonly serviceCIDRs: readonly string[];
}

/** The kube-proxy configuration has a value that cannot be. */
class KubeProxyConfigError extends PodwireError {
  readonly code = "KUBE_PROXY_BAD_CONFIG";
  readonly exitCode = 2;
}

/**
 * Fills in kube-proxy's defaults. One differs: minSyncPeriod is 0 where the real one
 * has 1 s, because a lab has no API server to spare and its user is waiting.
 *
 * @throws KubeProxyConfigError for a malformed duration or an impossible bit.
 */
export function resolveKubeProxyConfig(
  written: KubeProxyConfiguration = {},
  host: Partial<ProxyHost> = {},
): KubeProxyConfig {
  const mode = written.mode ?? "iptables";
  const { section, periods, own } = ownSection(written, mode);
  return {
    mode,
    clusterCIDR: (written.clusterCIDR ?? "").split(",").filter((cidr) => cidr !== ""),
    detectLocalMode: written.detectLocalMode ?? "ClusterCIDR",
    detectLocal: written.detectLocal ?? {},
    nodePortAddresses: resolveNodePortAddresses(mode, written.nodePortAddresses ?? []),
    masqueradeAll: own.masqueradeAll ?? false,
    syncPeriodMs: duration(`${periods}.syncPeriod`, own.syncPeriod ?? "30s"),
    minSyncPeriodMs: duration(`${periods}.minSyncPeriod`, own.minSyncPeriod ?? "0s"),
    iptables: { localhostNodePorts: written.iptables?.localhostNodePorts ?? true },
    ipvs: resolveIpvs(written.ipvs ?? {}),
    conntrack: resolveConntrack(written.conntrack ?? {}),
    featureGates: {
      LoadBalancerIPMode: written.featureGates?.["LoadBalancerIPMode"] ?? true,
      PreferSameTrafficDistribution:
        written.featureGates?.["PreferSameTrafficDistribution"] ?? true,
    },
    host: {
      masqueradeMark: masqueradeMark(`${section}.masqueradeBit`, own.masqueradeBit ?? 14),
      randomFully: true,
      nfacctCounters: [],
      largeClusterEndpointsThreshold: 1000,
      fullSyncPeriodMs: 3_600_000,
      serviceCIDRs: [],
      ...host,
    },
  };
}

/** Nobody who chose the newest mode relies on node ports that answer everywhere: there, only one address does. */
function resolveNodePortAddresses(mode: ProxyMode, written: readonly string[]): readonly string[] {
  return mode === "nftables" && written.length === 0 ? ["primary"] : written;
}

/** Which sections of the document are the mode's, by name, and what they say. */
function ownSection(
  written: KubeProxyConfiguration,
  mode: ProxyMode,
): { readonly section: string; readonly periods: string; readonly own: ModeOptions } {
  const section = mode === "nftables" ? "nftables" : "iptables";
  const own = written[section] ?? {};
  if (mode !== "ipvs") return { section, periods: section, own };
  // Masquerading is told in the section of iptables, periods in its own.
  return { section, periods: "ipvs", own: { ...own, ...periodsOf(written.ipvs) } };
}

function periodsOf({ syncPeriod, minSyncPeriod }: ModeOptions = {}): ModeOptions {
  return {
    ...(syncPeriod !== undefined && { syncPeriod }),
    ...(minSyncPeriod !== undefined && { minSyncPeriod }),
  };
}

/** As the kernel's modules `ip_vs_…` are called. */
const schedulers: readonly string[] = [
  ...["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh", "fo", "ovf"],
];

function resolveIpvs(
  written: NonNullable<KubeProxyConfiguration["ipvs"]>,
): KubeProxyConfig["ipvs"] {
  const { scheduler = "rr", strictARP = false, excludeCIDRs = [] } = written;
  if (!schedulers.includes(scheduler)) {
    throw new KubeProxyConfigError(
      `ipvs.scheduler ${scheduler}: must be one of ${schedulers.join(", ")}`,
    );
  }
  const seconds = (field: "tcpTimeout" | "tcpFinTimeout" | "udpTimeout"): number =>
    Math.floor(duration(`ipvs.${field}`, written[field] ?? "0s") / 1_000);
  const timeoutSeconds = [
    seconds("tcpTimeout"),
    seconds("tcpFinTimeout"),
    seconds("udpTimeout"),
  ] as const;
  return { scheduler, strictARP, excludeCIDRs, timeoutSeconds };
}

function resolveConntrack(
  written: NonNullable<KubeProxyConfiguration["conntrack"]>,
): KubeProxyConfig["conntrack"] {
  const milliseconds = (field: keyof typeof written, byDefault: string): number =>
    duration(`conntrack.${field}`, String(written[field] ?? byDefault));
  return {
    tcpEstablishedTimeoutMs: milliseconds("tcpEstablishedTimeout", "24h"),
    tcpCloseWaitTimeoutMs: milliseconds("tcpCloseWaitTimeout", "1h"),
    tcpBeLiberal: written.tcpBeLiberal ?? false,
    udpTimeoutMs: milliseconds("udpTimeout", "0s"),
    udpStreamTimeoutMs: milliseconds("udpStreamTimeout", "0s"),
  };
}

/** `0x00004000` for bit 14. */
function masqueradeMark(field: string, bit: number): string {
  if (!Number.isInteger(bit) || bit < 0 || bit > 31) {
    throw new KubeProxyConfigError(`${field} ${bit}: must be 0..31`);
  }
  return `0x${(2 ** bit).toString(16).padStart(8, "0")}`;
}

function duration(field: string, text: string): number {
  const milliseconds = parseGoDuration(text);
  if (milliseconds === undefined) {
    throw new KubeProxyConfigError(`${field} ${text}: is not a duration`, {
      hint: "write a number and a unit, such as 30s or 1h30m",
    });
  }
  return milliseconds;
}
