/** What kube-proxy is told: KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), resolved. */
import type { Cidr } from "../net/cidr.ts";

export type ProxyMode = "iptables" | "ipvs" | "nftables" | "userspace";

export const proxyModes: readonly ProxyMode[] = ["iptables", "nftables", "ipvs", "userspace"];

type DetectLocalMode = "ClusterCIDR" | "NodeCIDR" | "BridgeInterface" | "InterfaceNamePrefix";

interface IpvsOptions {
  /** `rr`, `lc`, `wrr`, …: the kernel's name. */
  readonly scheduler: string;
  readonly strictARP: boolean;
  /** 0 leaves the kernel's own. */
  readonly tcpTimeoutMs: number;
  readonly tcpFinTimeoutMs: number;
  readonly udpTimeoutMs: number;
  readonly excludeCIDRs: readonly Cidr[];
}

/** Of the node's kernel; 0 leaves its own. */
interface ConntrackOptions {
  readonly tcpEstablishedTimeoutMs: number;
  readonly tcpCloseWaitTimeoutMs: number;
  readonly tcpBeLiberal: boolean;
  readonly udpTimeoutMs: number;
  readonly udpStreamTimeoutMs: number;
}

export interface ProxyOptions {
  readonly mode: ProxyMode;
  /** What counts as inside the cluster, of each family; the topology's pod CIDRs unless the file says otherwise. */
  readonly clusterCIDRs: readonly Cidr[];
  /** Masquerade all traffic to ClusterIPs, from wherever. */
  readonly masqueradeAll: boolean;
  /** Which bit of the packet mark asks for masquerading, 0..31. */
  readonly masqueradeBit: number;
  readonly randomFully: boolean;
  /** NodePorts answer on 127.0.0.1 too; iptables mode and IPv4 only. */
  readonly localhostNodePorts: boolean;
  /** Which addresses of a node answer on NodePorts: blocks, or `primary`; empty: all. */
  readonly nodePortAddresses: readonly Cidr[] | "primary";
  readonly detectLocalMode: DetectLocalMode;
  /** Of `detectLocal`; `""` where it is not used. */
  readonly bridgeInterface: string;
  readonly interfaceNamePrefix: string;
  readonly syncPeriodMs: number;
  readonly minSyncPeriodMs: number;
  readonly ipvs: IpvsOptions;
  readonly conntrack: ConntrackOptions;
  readonly featureGates: Readonly<Record<string, boolean>>;
  readonly sync: {
    /** From a change to its rules, at least; the first rules are written at once. */
    readonly delayMs: number;
    /** Once the lab is ready, rules stay as they are until somebody heals kube-proxy. */
    readonly frozen: boolean;
  };
}
