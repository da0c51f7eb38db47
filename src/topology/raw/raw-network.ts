/** The pod network, Services and the cluster's DNS as written. */
import * as z from "zod";
import { type RawPlugin, rawPlugin } from "./raw-plugin.ts";
import { type RawProxy, rawProxy } from "./raw-proxy.ts";
import { addressText, cidrText, cidrTexts, portRangeText } from "./scalar-schemas.ts";

export interface RawNetwork {
  readonly ipFamilies?: ReadonlyArray<"IPv4" | "IPv6"> | undefined;
  readonly podCIDR?: string | undefined;
  readonly podCIDRs?: readonly string[] | undefined;
  readonly nodeCIDRMaskSize?: number | undefined;
  readonly nodeCIDRMaskSizeIPv6?: number | undefined;
  readonly plugin?: RawPlugin | undefined;
  readonly policyDeny?: "drop" | "reject" | undefined;
}

export interface RawServices {
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly nodePortRange?: string | undefined;
  readonly loadBalancerCIDR?: string | undefined;
  readonly proxy?: RawProxy | undefined;
}

export interface RawDns {
  readonly enabled?: boolean | undefined;
  readonly clusterDomain?: string | undefined;
  readonly address?: string | undefined;
  readonly replicas?: number | undefined;
  readonly corefile?: string | undefined;
}

export const rawNetwork: z.ZodType<RawNetwork> = z.strictObject({
  ipFamilies: z
    .array(z.enum(["IPv4", "IPv6"]))
    .min(1)
    .max(2)
    .optional()
    .describe("[IPv4], or [IPv4, IPv6] for dual stack; what podCIDRs have unless given"),
  podCIDR: cidrText.optional().describe("addresses of all pods; 10.244.0.0/16 unless given"),
  podCIDRs: cidrTexts.describe(
    "in place of podCIDR, one of each family; the second fd00:10:244::/56 unless given",
  ),
  nodeCIDRMaskSize: z
    .int()
    .min(1)
    .max(32)
    .optional()
    .describe("prefix length of each node's share of the pod CIDR; 24 unless given"),
  nodeCIDRMaskSizeIPv6: z
    .int()
    .min(1)
    .max(128)
    .optional()
    .describe("the same of the pods' IPv6 addresses; 64 unless given"),
  plugin: rawPlugin.optional().describe("who connects the pods; bridge unless given"),
  policyDeny: z
    .enum(["drop", "reject"])
    .optional()
    .describe("what becomes of packets that no NetworkPolicy allows; drop unless given"),
});

export const rawServices: z.ZodType<RawServices> = z.strictObject({
  cidr: cidrText.optional().describe("addresses of Services; 10.96.0.0/16 unless given"),
  cidrs: cidrTexts.describe(
    "in place of cidr, one of each family; the second fd00:10:96::/112 unless given",
  ),
  nodePortRange: portRangeText.optional().describe("30000-32767 unless given"),
  loadBalancerCIDR: cidrText
    .optional()
    .describe("addresses of Services of type LoadBalancer; 198.51.100.0/24 unless given"),
  proxy: rawProxy
    .optional()
    .describe("fields of KubeProxyConfiguration; or write such a document beside this one"),
});

export const rawDns: z.ZodType<RawDns> = z.strictObject({
  enabled: z.boolean().optional().describe("run CoreDNS; true unless given"),
  clusterDomain: z.string().min(1).optional().describe("cluster.local unless given"),
  address: addressText
    .optional()
    .describe("the ClusterIP of kube-dns; number 10 of the service CIDR unless given"),
  replicas: z.int().min(1).optional().describe("how many CoreDNS pods; 1 unless given"),
  corefile: z.string().optional().describe("in place of the standard Corefile"),
});
