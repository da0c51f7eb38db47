/** A vector of upstream's kube-proxy tests, and how it becomes our input. */
import type { EndpointSlice, Service } from "../../src/api/objects/service.ts";
import {
  type KubeProxyConfig,
  resolveKubeProxyConfig,
} from "../../src/components/kube-proxy/config/config.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../../src/components/kube-proxy/model/cluster/cluster-model.ts";
import type { ProxyNode } from "../../src/components/kube-proxy/model/proxy-node.ts";
import { type IpFamily, ipAddress } from "../../src/net/ip-address.ts";

export interface GoldenFlow {
  readonly name: string;
  readonly sourceIP: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly destIP: string;
  readonly destPort: number;
  /** Endpoints joined by `, `, a verdict, or nothing. */
  readonly output: string;
  readonly masq: boolean;
}

export interface GoldenCase {
  readonly name: string;
  readonly title?: string;
  readonly mode: "iptables" | "nftables";
  readonly config: {
    readonly ipFamily: "IPv4" | "IPv6";
    readonly nodeName: string;
    readonly nodeIP: string;
    readonly localDetector: { readonly type: string; readonly cidr?: string };
    readonly masqueradeAll: boolean;
    readonly masqueradeMark: string;
    readonly nodePortAddresses: readonly string[];
    readonly nodeInterfaces: Readonly<Record<string, readonly string[]>>;
    readonly featureGates?: Readonly<Record<string, boolean>>;
    /** The following of iptables mode. */
    readonly localhostNodePorts?: boolean;
    readonly randomFully?: boolean;
    readonly conntrackTCPLiberal?: boolean;
    readonly nfacctCounters?: readonly string[];
    readonly largeClusterEndpointsThreshold?: number;
    /** Of nftables mode. */
    readonly serviceCIDRs?: readonly string[];
  };
  readonly nodeIPsTreatedAsLocal: readonly string[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly expected: string | null;
  readonly expectedForm: "normalised" | "static-input" | "object-dump";
  readonly flows: readonly GoldenFlow[];
  readonly expectedChains?: ReadonlyArray<{
    readonly table: string;
    readonly chain: string;
    readonly rules: readonly string[];
  }>;
  readonly expectedMetrics?: {
    readonly sync_proxy_rules_no_local_endpoints_total: {
      readonly internal: number;
      readonly external: number;
    };
  };
  readonly assertions?: readonly GoldenAssertion[];
  readonly sync?: "full" | "partial";
  readonly changedServices?: readonly string[] | null;
  readonly previousCase?: string | null;
  readonly staleCleanupDue?: boolean;
  /** Of nftables mode: what is in the table before; how many commands the sync makes; whether stale chains are due. */
  readonly preloadedState?: string;
  readonly expectedTransactionOps?: number | string | null;
  readonly ageStaleChainsFirst?: boolean;
  readonly thenDeleteServices?: { readonly flows: readonly GoldenFlow[] };
  readonly thenDeleteEndpointSlices?: { readonly flows: readonly GoldenFlow[] };
}

export type GoldenAssertion =
  | {
      readonly kind: "destinationInKubeServices";
      readonly destination: string;
      readonly present: boolean;
    }
  | {
      readonly kind: "elementInServiceIPs";
      readonly destination: string;
      readonly present: boolean;
    }
  | { readonly kind: "containsLine"; readonly line: string }
  | { readonly kind: "notContains"; readonly text: string }
  | { readonly kind: "countSEPDNATRules"; readonly count: number; readonly withComment: number };

export function familyOfCase({ config }: GoldenCase): IpFamily {
  return config.ipFamily === "IPv4" ? "ipv4" : "ipv6";
}

export function configOfCase({ mode, config }: GoldenCase): KubeProxyConfig {
  const { cidr } = config.localDetector;
  const {
    masqueradeAll,
    masqueradeMark,
    localhostNodePorts = true,
    conntrackTCPLiberal: tcpBeLiberal = false,
    largeClusterEndpointsThreshold = 1000,
  } = config;
  return resolveKubeProxyConfig(
    {
      mode,
      ...(cidr === undefined ? {} : { clusterCIDR: cidr }),
      nodePortAddresses: config.nodePortAddresses,
      iptables: { masqueradeAll, localhostNodePorts },
      nftables: { masqueradeAll },
      conntrack: { tcpBeLiberal },
      featureGates: config.featureGates ?? {},
    },
    {
      masqueradeMark,
      randomFully: config.randomFully ?? true,
      nfacctCounters: config.nfacctCounters ?? [],
      largeClusterEndpointsThreshold,
      serviceCIDRs: config.serviceCIDRs ?? [],
    },
  );
}

/** The cases that are played on the same node after this one. */
export function followers(first: GoldenCase, cases: readonly GoldenCase[]): readonly GoldenCase[] {
  const next = cases.find(({ previousCase }) => previousCase === first.name);
  return next === undefined ? [] : [next, ...followers(next, cases)];
}

/** What a case asks for after all else: to delete objects, sync again, and look at the packets. */
export function deletionsOf(
  golden: GoldenCase,
): ReadonlyArray<{ readonly left: GoldenCase; readonly flows: readonly GoldenFlow[] }> {
  const { thenDeleteServices, thenDeleteEndpointSlices } = golden;
  return [
    { flows: thenDeleteServices?.flows, left: { ...golden, services: [] } },
    { flows: thenDeleteEndpointSlices?.flows, left: { ...golden, endpointSlices: [] } },
  ].flatMap(({ flows, left }) => (flows === undefined ? [] : [{ flows, left }]));
}

/** Objects of a later step are new ones; what is equal keeps its model, as it does in a store. */
export function modelOfCase(step: GoldenCase, previous: ClusterModel | undefined): ClusterModel {
  const { services, endpointSlices: slices } = step;
  const { LoadBalancerIPMode: loadBalancerIPMode } = configOfCase(step).featureGates;
  const objects = { services, slices };
  return buildClusterModel(objects, { family: familyOfCase(step), loadBalancerIPMode }, previous);
}

export function nodeOfCase({ config }: GoldenCase): ProxyNode {
  return {
    name: config.nodeName,
    ip: ipAddress(config.nodeIP),
    zone: undefined,
    podCIDRs: [],
    addresses: Object.values(config.nodeInterfaces)
      .flat()
      .map((address) => ipAddress(address.split("/")[0] ?? "")),
  };
}
