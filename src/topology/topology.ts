/**
 * A topology as resolved: every default filled, every address parsed, every
 * name bound. Plain data, made by `loadTopology` and changed by nobody.
 */

import type { Taint } from "../api/objects/cluster.ts";
import type { Labels } from "../api/objects/meta.ts";
import type { EnvVar } from "../api/objects/pod.ts";
import type { SourceLocation } from "../base/podwire-error.ts";
import type { Cidr } from "../net/cidr.ts";
import type { IpAddress, IpFamily } from "../net/ip-address.ts";
import type { DnsRecordData } from "./dns-record.ts";
import type { Plugin } from "./plugin.ts";
import type { ProxyOptions } from "./proxy-options.ts";

export interface Topology {
  readonly name: string;
  readonly location: SourceLocation;
  readonly nodes: readonly TopologyNode[];
  readonly hosts: readonly Host[];
  readonly underlay: Underlay;
  readonly network: PodNetwork;
  readonly services: ServiceNetwork;
  readonly dns: ClusterDns;
  readonly controlPlane: ControlPlane;
  readonly pods: PodPatience;
  /** Undefined where nobody gives Services of type LoadBalancer an address. */
  readonly loadBalancer: LoadBalancerHost | undefined;
  readonly images: readonly ImageStandIn[];
}

/** How pods become ready. */
interface PodPatience {
  /** How long a lab that is built waits for them, unless its builder says otherwise. */
  readonly readyWithinMs: number;
  /** Multiplies their probes' delays and periods. */
  readonly probeTimeScale: number;
}

export type NodeRole = "control-plane" | "worker";

export interface TopologyNode {
  readonly name: string;
  readonly location: SourceLocation;
  readonly roles: readonly NodeRole[];
  /** Of the cluster's first address family. */
  readonly address: IpAddress;
  /** One of each of the cluster's families, in their order. */
  readonly addresses: readonly IpAddress[];
  /** The name of the {@link Subnet} that the node's `eth0` is in. */
  readonly subnet: string;
  /** The user's, and those that kubelet and kubeadm set: hostname, os, role. */
  readonly labels: Labels;
  /** Of a control-plane node, unless the file says otherwise, what kubeadm sets: no ordinary pods. */
  readonly taints: readonly Taint[];
  /** What `Node.spec.podCIDR` says: in the order of the nodes, out of the cluster's pod CIDR. */
  readonly podCIDR: Cidr;
  /** Belongs to the cluster from the start; if not, the machine waits on its wire until somebody makes a Node of its name. */
  readonly joined: boolean;
  /** The node's shares of all {@link PodNetwork.podCIDRs}, in their order. */
  readonly podCIDRs: readonly Cidr[];
  /** The cluster's, with what the node says otherwise. */
  readonly proxy: ProxyOptions;
}

/** A machine outside the cluster. */
export interface Host {
  readonly name: string;
  readonly location: SourceLocation;
  readonly address: IpAddress;
  readonly addresses: readonly IpAddress[];
  readonly subnet: string;
  /** Where the built-in responder listens. */
  readonly listen: readonly Listener[];
  /** The names that it answers for, as a DNS server; undefined when it is none. */
  readonly dns: readonly HostDnsName[] | undefined;
}

interface HostDnsName {
  /** Without final dot; may begin with `*.` */
  readonly name: string;
  readonly records: readonly DnsRecordData[];
}

export interface Listener {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** What the nodes and hosts are plugged into. */
export interface Underlay {
  /** Bytes; of every device of the underlay. */
  readonly mtu: number;
  readonly subnets: readonly Subnet[];
  readonly routers: readonly Router[];
}

/** One switch: everything in it hears everything else. */
export interface Subnet {
  /** `underlay` when the file names none. */
  readonly name: string;
  readonly location: SourceLocation;
  readonly cidr: Cidr;
  /** One of each of the cluster's families. */
  readonly cidrs: readonly Cidr[];
  /** The default route of those in it; undefined in a link between routers. */
  readonly gateway: IpAddress | undefined;
  /** None, or one of each family. */
  readonly gateways: readonly IpAddress[];
}

export interface Router {
  /** `router` when the file names none. */
  readonly name: string;
  readonly location: SourceLocation;
  /** The BGP autonomous system it speaks for; undefined when it speaks no BGP. */
  readonly asNumber: number | undefined;
  readonly interfaces: readonly RouterInterface[];
}

export interface RouterInterface {
  readonly subnet: string;
  readonly address: IpAddress;
  readonly addresses: readonly IpAddress[];
}

export interface PodNetwork {
  /** The first is that of {@link podCIDR}, and what a Service gets that asks for nothing else. */
  readonly ipFamilies: readonly IpFamily[];
  readonly podCIDR: Cidr;
  /** One of each of {@link ipFamilies}, in their order. */
  readonly podCIDRs: readonly Cidr[];
  /** Prefix length of each node's share of {@link podCIDR}, as `--node-cidr-mask-size` of kube-controller-manager. */
  readonly nodeCIDRMaskSize: number;
  readonly plugin: Plugin;
  /** What becomes of packets that no NetworkPolicy allows: lost, or answered by an ICMP error. */
  readonly policyDeny: "drop" | "reject";
}

export interface PortRange {
  readonly first: number;
  /** Belongs to the range. */
  readonly last: number;
}

export interface ServiceNetwork {
  readonly cidr: Cidr;
  /** One of each of the cluster's families. */
  readonly cidrs: readonly Cidr[];
  readonly nodePortRange: PortRange;
  /** Where addresses of Services of type LoadBalancer come from. */
  readonly loadBalancerCIDR: Cidr;
  readonly proxy: ProxyOptions;
}

/** What stands in for a cloud's load balancer: one of the {@link Host}s. */
export interface LoadBalancerHost {
  readonly name: string;
  readonly address: IpAddress;
  readonly subnet: string;
  /** Where the addresses of its Services come from: {@link ServiceNetwork.loadBalancerCIDR}. */
  readonly pool: Cidr;
  /** `direct`: a packet reaches a node as it was sent. `nodePort`: by a node port, masqueraded. */
  readonly mode: "direct" | "nodePort";
  /** From one health check to the next. */
  readonly checkIntervalMs: number;
}

export interface ClusterDns {
  readonly enabled: boolean;
  readonly clusterDomain: string;
  /** The ClusterIP of kube-dns. */
  readonly address: IpAddress;
  /** Of the CoreDNS deployment. */
  readonly replicas: number;
  /** In place of the standard one. */
  readonly corefile: string | undefined;
}

/** Of all control-plane nodes. */
interface ControlPlane {
  /** Where the API server keeps its objects: in the memory of the lab, or in an etcd on the first control-plane node. */
  readonly store: "memory" | "etcd";
}

/** What runs in place of an image. */
export interface ImageStandIn {
  /** As in `containers[].image`; `*` stands for any run of characters. */
  readonly image: string;
  readonly location: SourceLocation;
  /** With a root of its own, the image's entry point. */
  readonly command: readonly string[];
  /** Added to the container's own. */
  readonly env: readonly EnvVar[];
  /** It runs as a container, among these files; undefined: it runs among the machine's. */
  readonly root?: ImageRoot | undefined;
}

type ImageRoot =
  /** Absolute: what an image was unpacked to. */
  | { readonly type: "folder"; readonly folder: string }
  /** Nothing but these files and folders of the machine, for an image of one static program. */
  | {
      readonly type: "files";
      readonly files: ReadonlyArray<{
        readonly source: string;
        readonly mountPath: string;
        readonly access: "read-only" | "read-write";
      }>;
    };

/** What stands in for an image: an exact name before a pattern, an earlier pattern before a later. */
export function standInFor(
  images: readonly ImageStandIn[],
  image: string,
): ImageStandIn | undefined {
  return (
    images.find((standIn) => standIn.image === image) ??
    images.find((standIn) => matchesPattern(standIn.image, image))
  );
}

function matchesPattern(pattern: string, image: string): boolean {
  const literal = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`).test(image);
}
