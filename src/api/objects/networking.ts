/** NetworkPolicy and ServiceCIDR, after k8s.io/api/networking/v1. */
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";

interface IpBlock {
  readonly cidr: string;
  /** Parts of `cidr` that do not count. */
  readonly except?: readonly string[];
}

/** An address block, or pods by their labels and those of their namespaces. */
interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
}

export interface NetworkPolicyPort {
  /** @default "TCP" */
  readonly protocol?: string;
  /** A number, or the name of a container's port. Absent: every port. */
  readonly port?: number | string;
  /** The last of a range that `port` begins. */
  readonly endPort?: number;
}

/** No peers: from everywhere. No ports: all of them. */
export interface NetworkPolicyIngressRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

export interface NetworkPolicyEgressRule {
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

export interface NetworkPolicy extends KubeObject {
  readonly kind: "NetworkPolicy";
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly NetworkPolicyIngressRule[];
    readonly egress?: readonly NetworkPolicyEgressRule[];
  };
}

/** Where ClusterIPs come from. */
export interface ServiceCIDR extends KubeObject {
  readonly kind: "ServiceCIDR";
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
