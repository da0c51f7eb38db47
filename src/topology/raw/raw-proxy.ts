/** KubeProxyConfiguration as written: `services.proxy`, or a document of its own. */
import * as z from "zod";
import { cidrPairText, cidrText, durationText } from "./scalar-schemas.ts";

export interface RawProxyIptables {
  readonly masqueradeBit?: number | null | undefined;
  readonly masqueradeAll?: boolean | undefined;
  readonly localhostNodePorts?: boolean | null | undefined;
  readonly randomFully?: boolean | undefined;
  readonly syncPeriod?: string | undefined;
  readonly minSyncPeriod?: string | undefined;
}

export interface RawProxyIpvs {
  readonly masqueradeBit?: number | null | undefined;
  readonly masqueradeAll?: boolean | undefined;
  readonly scheduler?: string | undefined;
  readonly strictARP?: boolean | undefined;
  readonly excludeCIDRs?: readonly string[] | null | undefined;
  readonly tcpTimeout?: string | undefined;
  readonly tcpFinTimeout?: string | undefined;
  readonly udpTimeout?: string | undefined;
  readonly syncPeriod?: string | undefined;
  readonly minSyncPeriod?: string | undefined;
}

interface RawProxyConntrack {
  readonly tcpEstablishedTimeout?: string | null | undefined;
  readonly tcpCloseWaitTimeout?: string | null | undefined;
  readonly tcpBeLiberal?: boolean | undefined;
  readonly udpTimeout?: string | undefined;
  readonly udpStreamTimeout?: string | undefined;
}

/** podwire's own: when a node learns of what changes. */
interface RawProxySync {
  readonly minPeriod?: string | undefined;
  readonly delay?: string | undefined;
  readonly frozen?: boolean | undefined;
}

export interface RawProxy {
  readonly mode?: "" | "iptables" | "ipvs" | "nftables" | "userspace" | undefined;
  readonly clusterCIDR?: string | undefined;
  readonly nodePortAddresses?: readonly string[] | null | undefined;
  readonly detectLocalMode?:
    | ""
    | "ClusterCIDR"
    | "NodeCIDR"
    | "BridgeInterface"
    | "InterfaceNamePrefix"
    | undefined;
  readonly detectLocal?:
    | {
        readonly bridgeInterface?: string | undefined;
        readonly interfaceNamePrefix?: string | undefined;
        readonly clusterCIDRs?: readonly string[] | null | undefined;
      }
    | undefined;
  readonly iptables?: RawProxyIptables | undefined;
  readonly nftables?: RawProxyIptables | undefined;
  readonly ipvs?: RawProxyIpvs | undefined;
  readonly conntrack?: RawProxyConntrack | undefined;
  readonly featureGates?: Readonly<Record<string, boolean>> | null | undefined;
  readonly sync?: RawProxySync | undefined;
}

const masqueradeBit = z
  .int()
  .min(0)
  .max(31)
  .nullish()
  .describe("which bit of the packet mark asks for masquerading; 14 unless given");

const masqueradeAll = z.boolean().optional().describe("masquerade all traffic to ClusterIPs");

const syncPeriod = durationText.optional().describe("the longest time between syncs; 30s");

const minSyncPeriod = durationText
  .optional()
  .describe("the shortest time between syncs; 0s, where a real kube-proxy has 1s");

/** As kubeadm writes a field that it leaves to the default. */
const cidrs = z.array(cidrText).nullish();

const iptables = z.strictObject({
  masqueradeBit,
  masqueradeAll,
  localhostNodePorts: z.boolean().nullish().describe("NodePorts answer on 127.0.0.1; true"),
  randomFully: z.boolean().optional().describe("masquerade with --random-fully; true"),
  syncPeriod,
  minSyncPeriod,
});

const nftables = z.strictObject({
  masqueradeBit,
  masqueradeAll,
  randomFully: z.boolean().optional().describe("masquerade with fully-random; true"),
  syncPeriod,
  minSyncPeriod,
});

const ipvs = z.strictObject({
  masqueradeBit,
  masqueradeAll,
  scheduler: z
    .enum([
      "",
      "rr",
      "wrr",
      "lc",
      "wlc",
      "lblc",
      "lblcr",
      "sh",
      "dh",
      "sed",
      "nq",
      "mh",
      "fo",
      "ovf",
    ])
    .optional()
    .describe("how real servers are chosen; rr unless given"),
  strictARP: z.boolean().optional().describe("no ARP answers for addresses of kube-ipvs0"),
  excludeCIDRs: cidrs.describe("virtual servers in these are left alone"),
  tcpTimeout: durationText.optional().describe("0 leaves the kernel's"),
  tcpFinTimeout: durationText.optional().describe("0 leaves the kernel's"),
  udpTimeout: durationText.optional().describe("0 leaves the kernel's"),
  syncPeriod,
  minSyncPeriod,
});

const conntrack = z.strictObject({
  maxPerCore: z.unknown().optional().describe("of the whole machine: read, and not used"),
  min: z.unknown().optional().describe("of the whole machine: read, and not used"),
  tcpEstablishedTimeout: durationText.nullish().describe("24h; 0 leaves the kernel's"),
  tcpCloseWaitTimeout: durationText.nullish().describe("1h; 0 leaves the kernel's"),
  tcpBeLiberal: z.boolean().optional().describe("no packet is INVALID for its sequence number"),
  udpTimeout: durationText.optional().describe("0 leaves the kernel's"),
  udpStreamTimeout: durationText.optional().describe("0 leaves the kernel's"),
});

const fields = {
  mode: z
    .enum(["", "iptables", "ipvs", "nftables", "userspace"])
    .optional()
    .describe("who rewrites packets; iptables unless given"),
  clusterCIDR: z
    .union([z.literal(""), cidrPairText])
    .optional()
    .describe("what counts as inside, with a comma between families; the pod CIDR unless given"),
  nodePortAddresses: z
    .array(z.union([z.literal("primary"), cidrText]))
    .nullish()
    .describe(
      "which addresses of a node answer on NodePorts; all unless given, in nftables mode the primary",
    ),
  detectLocalMode: z
    .enum(["", "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"])
    .optional()
    .describe("how to tell that a packet comes from a pod of this node; ClusterCIDR unless given"),
  detectLocal: z
    .strictObject({
      bridgeInterface: z.string().optional().describe("for BridgeInterface"),
      interfaceNamePrefix: z.string().optional().describe("for InterfaceNamePrefix"),
      clusterCIDRs: cidrs.describe("for ClusterCIDR, in place of clusterCIDR"),
    })
    .optional()
    .describe("what detectLocalMode goes by"),
  iptables: iptables.optional().describe("of mode iptables"),
  nftables: nftables.optional().describe("of mode nftables"),
  ipvs: ipvs.optional().describe("of mode ipvs"),
  conntrack: conntrack.optional().describe("how long the node's kernel remembers connections"),
  featureGates: z
    .record(z.string(), z.boolean())
    .nullish()
    .describe("LoadBalancerIPMode and PreferSameTrafficDistribution; others are not used"),
};

/** Of a real configuration, what has no meaning in a lab: read, and not used. */
const unused = [
  "apiVersion",
  "kind",
  "metadata",
  "bindAddress",
  "bindAddressHardFail",
  "clientConnection",
  "configSyncPeriod",
  "enableProfiling",
  "healthzBindAddress",
  "hostnameOverride",
  "linux",
  "logging",
  "metricsBindAddress",
  "oomScoreAdj",
  "portRange",
  "showHiddenMetricsForVersion",
  "udpIdleTimeout",
  "windowsRunAsService",
  "winkernel",
] as const;

export const rawProxy: z.ZodType<RawProxy> = z.strictObject({
  ...fields,
  sync: z
    .strictObject({
      minPeriod: durationText.optional().describe("in place of the mode's minSyncPeriod"),
      delay: durationText.optional().describe("from a change to its rules, at least; 0s"),
      frozen: z
        .boolean()
        .optional()
        .describe("once the lab is ready, changes are not written until the node is healed"),
    })
    .optional()
    .describe("podwire's own: when rules follow what changes"),
});

/** A whole KubeProxyConfiguration, such as kubeadm's ConfigMap holds. */
export const rawProxyDocument: z.ZodType<RawProxy> = z.strictObject({
  ...fields,
  ...Object.fromEntries(unused.map((field) => [field, z.unknown().optional()])),
});
