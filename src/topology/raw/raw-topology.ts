/** A `Topology` document as written. The descriptions are what editors show. */
import * as z from "zod";
import { type RawPlugin, rawPlugin } from "./raw-plugin.ts";
import { type RawProxy, rawProxy } from "./raw-proxy.ts";
import {
  addressText,
  cidrText,
  dnsLabel,
  dnsNameText,
  dnsRecordText,
  durationText,
  hostAddressText,
  labName,
  listenerText,
  portRangeText,
  sentence,
} from "./scalar-schemas.ts";

export interface RawTaint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface RawNode {
  readonly name: string;
  readonly roles?: ReadonlyArray<"control-plane" | "worker"> | undefined;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly RawTaint[] | undefined;
  readonly podCIDR?: string | undefined;
  readonly podCIDRs?: readonly string[] | undefined;
  readonly proxy?: RawProxy | undefined;
  readonly joined?: boolean | undefined;
}

interface RawHostDns {
  readonly records: Readonly<Record<string, string | readonly string[]>>;
}

export interface RawHost {
  readonly name: string;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly dns?: RawHostDns | undefined;
}

export interface RawSubnet {
  readonly name: string;
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly gateway?: string | undefined;
}

export interface RawRouter {
  readonly name: string;
  readonly asNumber?: number | undefined;
  readonly addresses?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export interface RawLink {
  readonly between: readonly string[];
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
}

export interface RawUnderlay {
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly gateway?: string | undefined;
  readonly mtu?: number | undefined;
  readonly subnets?: readonly RawSubnet[] | undefined;
  readonly routers?: readonly RawRouter[] | undefined;
  readonly links?: readonly RawLink[] | undefined;
}

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

export interface RawControlPlane {
  readonly store?: "memory" | "etcd" | undefined;
}

export interface RawLoadBalancer {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly mode?: "direct" | "nodePort" | undefined;
  readonly checkInterval?: string | undefined;
}

export interface RawManifestsEntry {
  readonly path: string;
  readonly namespace?: string | undefined;
}

export interface RawStandIn {
  readonly command: readonly string[];
  readonly rootfs?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The parts of `spec`, each read on its own so that a fault in one hides no fault in another. */
interface RawTopologySpec {
  readonly nodes: readonly RawNode[];
  readonly hosts?: readonly RawHost[] | undefined;
  readonly underlay?: RawUnderlay | undefined;
  readonly network?: RawNetwork | undefined;
  readonly services?: RawServices | undefined;
  readonly dns?: RawDns | undefined;
  readonly controlPlane?: RawControlPlane | undefined;
  readonly loadBalancer?: RawLoadBalancer | undefined;
  readonly manifests?: ReadonlyArray<string | RawManifestsEntry> | undefined;
  readonly images?: Readonly<Record<string, RawStandIn>> | undefined;
}

export interface RawTopology {
  readonly apiVersion: "podwire.dev/v1alpha1";
  readonly kind: "Topology";
  readonly metadata: { readonly name: string };
  readonly spec: RawTopologySpec;
}

const labels = z.record(z.string(), z.string());

/** One of each family, IPv4 first. */
const cidrTexts = z.array(cidrText).min(1).max(2).optional();
const addressTexts = z.array(addressText).min(1).max(2).optional();

export const rawNode: z.ZodType<RawNode> = z.strictObject({
  name: dnsLabel.describe("the node's name, and that of its network namespace"),
  roles: z
    .array(z.enum(["control-plane", "worker"]))
    .optional()
    .describe("worker unless given; a control-plane node is tainted as kubeadm taints it"),
  address: addressText
    .optional()
    .describe("of eth0, in a subnet of the underlay; the next free one from .11 unless given"),
  addresses: addressTexts.describe("in place of address, one of each family"),
  labels: labels.optional().describe("labels of the Node object, besides those kubelet sets"),
  taints: z
    .array(
      z.strictObject({
        key: sentence.describe("such as node-role.kubernetes.io/control-plane"),
        value: z.string().optional().describe("empty unless given"),
        effect: z
          .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
          .describe("what happens to pods that do not tolerate the taint"),
      }),
    )
    .optional()
    .describe("taints in place of those that the roles imply"),
  podCIDR: cidrText
    .optional()
    .describe("this node's share of the pod CIDR; the next free one unless given"),
  podCIDRs: cidrTexts.describe("in place of podCIDR, one of each family"),
  proxy: rawProxy
    .optional()
    .describe("fields of KubeProxyConfiguration that differ on this node from services.proxy"),
  joined: z
    .boolean()
    .optional()
    .describe(
      "false: the machine is there, and joins when a Node of its name is made; true unless given",
    ),
});

export const rawHost: z.ZodType<RawHost> = z.strictObject({
  name: dnsLabel.describe("the host's name, and that of its network namespace"),
  address: hostAddressText
    .optional()
    .describe(
      "of eth0: in a subnet of the underlay, or with a prefix length in a network of its own behind the router",
    ),
  addresses: z
    .array(hostAddressText)
    .min(1)
    .max(2)
    .optional()
    .describe("in place of address, one of each family"),
  listen: z
    .array(listenerText)
    .optional()
    .describe("where the built-in responder listens: tcp/80, udp/7"),
  dns: z
    .strictObject({
      records: z
        .record(dnsNameText, z.union([dnsRecordText, z.array(dnsRecordText)]))
        .describe(
          "by name: addresses, or a type and its data as in zone files, such as CNAME docs.example.net; *.example.net stands for all below it",
        ),
    })
    .optional()
    .describe("it is a DNS server, which nodes and hosts ask, and through them CoreDNS"),
});

export const rawUnderlay: z.ZodType<RawUnderlay> = z.strictObject({
  cidr: cidrText
    .optional()
    .describe("the one subnet of all nodes; 192.168.0.0/24 unless given, and not beside subnets"),
  cidrs: cidrTexts.describe("in place of cidr, one of each family"),
  gateway: addressText
    .optional()
    .describe("the router's address in it; the first of the subnet unless given"),
  mtu: z
    .int()
    .min(576)
    .max(65_535)
    .optional()
    .describe("bytes, of every device of the underlay; 1500 unless given"),
  subnets: z
    .array(
      z.strictObject({
        name: dnsLabel.describe("how routers refer to it"),
        cidr: cidrText
          .optional()
          .describe("nodes and hosts whose address lies in it are plugged into it"),
        cidrs: cidrTexts.describe("in place of cidr, one of each family"),
        gateway: addressText
          .optional()
          .describe("needed only when several routers have an address in the subnet"),
      }),
    )
    .optional()
    .describe("several switches in place of one, such as one per rack"),
  routers: z
    .array(
      z.strictObject({
        name: dnsLabel.describe("the router's name, and that of its network namespace"),
        asNumber: z
          .int()
          .min(1)
          .max(4_294_967_295)
          .optional()
          .describe("it speaks BGP for this AS"),
        addresses: z
          .record(z.string(), z.union([addressText, z.array(addressText).min(1).max(2)]))
          .optional()
          .describe("its address in each subnet, by the subnet's name; or one of each family"),
      }),
    )
    .optional()
    .describe("what joins the subnets"),
  links: z
    .array(
      z.strictObject({
        between: z.array(z.string()).length(2).describe("the names of two routers"),
        cidr: cidrText
          .optional()
          .describe("the first router gets its first address, the second its second"),
        cidrs: cidrTexts.describe("in place of cidr, one of each family"),
      }),
    )
    .optional()
    .describe("cables between two routers"),
});

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

export const rawControlPlane: z.ZodType<RawControlPlane> = z.strictObject({
  store: z
    .enum(["memory", "etcd"])
    .optional()
    .describe("where the API server keeps its objects; memory unless given"),
});

export const rawLoadBalancer: z.ZodType<RawLoadBalancer> = z.strictObject({
  name: dnsLabel.optional().describe("the host's name; load-balancer unless given"),
  address: addressText.optional().describe("of eth0, in a subnet of the underlay"),
  addresses: addressTexts.describe("in place of address, one of each family"),
  mode: z
    .enum(["direct", "nodePort"])
    .optional()
    .describe("direct: nodes get packets as they were sent. nodePort: by node ports, masqueraded"),
  checkInterval: durationText
    .optional()
    .describe("from one health check of the nodes to the next; 500ms unless given"),
});

export const rawManifestsEntry: z.ZodType<string | RawManifestsEntry> = z.union([
  sentence,
  z.strictObject({
    path: sentence.describe("a file, or a folder whose .yaml, .yml and .json files are all read"),
    namespace: dnsLabel.optional().describe("for objects that name none, as `kubectl apply -n`"),
  }),
]);

export const rawStandIn: z.ZodType<RawStandIn> = z.strictObject({
  command: z.array(z.string()).min(1).describe("program and arguments, run in the pod"),
  rootfs: sentence
    .optional()
    .describe(
      "the folder of an unpacked image, relative to this file: run as a container of its own, with the manifest's command and args",
    ),
  env: z.record(z.string(), z.string()).optional().describe("added to the container's own"),
});

export const rawMetadata: z.ZodType<RawTopology["metadata"]> = z
  .strictObject({ name: labName.describe("how the lab is called") })
  .describe("the lab's name");

export const rawTopology: z.ZodType<RawTopology> = z
  .strictObject({
    apiVersion: z.literal("podwire.dev/v1alpha1").describe("the version of this language"),
    kind: z.literal("Topology").describe("Topology or Scenario"),
    metadata: rawMetadata,
    spec: z
      .strictObject({
        nodes: z.array(rawNode).min(1).describe("the cluster's machines"),
        hosts: z.array(rawHost).optional().describe("machines outside the cluster"),
        underlay: rawUnderlay.optional().describe("what nodes and hosts are plugged into"),
        network: rawNetwork.optional().describe("the pod network"),
        services: rawServices.optional().describe("Services and kube-proxy"),
        dns: rawDns.optional().describe("the cluster's DNS"),
        controlPlane: rawControlPlane.optional().describe("the API server's store"),
        loadBalancer: rawLoadBalancer
          .optional()
          .describe("a host that stands in for a cloud's load balancer"),
        manifests: z
          .array(rawManifestsEntry)
          .optional()
          .describe("Kubernetes YAML or JSON: files and folders, relative to this file"),
        images: z
          .record(z.string(), rawStandIn)
          .optional()
          .describe(
            "what runs in place of an image, by the image's name, in which * stands for anything; all others run the built-in responder",
          ),
      })
      .describe("the lab"),
  })
  .describe("One lab: nodes, hosts, the networks between them and what runs on them.");
