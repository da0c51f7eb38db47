/** A vector of upstream's kube-proxy tests, and how it becomes our input. */
import type { EndpointSlice, Service } from "../../src/api/service.ts";
import {
  type KubeProxyConfig,
  resolveKubeProxyConfig,
} from "../../src/components/kube-proxy/model/config.ts";
import type { ProxyNode } from "../../src/components/kube-proxy/model/proxy-node.ts";
import { type IpAddress, type IpFamily, ipAddress } from "../../src/net/ip-address.ts";

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
  readonly config: {
    readonly ipFamily: "IPv4" | "IPv6";
    readonly nodeName: string;
    readonly nodeIP: string;
    readonly localDetector: { readonly type: string; readonly cidr?: string };
    readonly masqueradeAll: boolean;
    readonly masqueradeMark: string;
    readonly localhostNodePorts: boolean;
    readonly nodePortAddresses: readonly string[];
    readonly nodeInterfaces: Readonly<Record<string, readonly string[]>>;
    readonly randomFully: boolean;
    readonly conntrackTCPLiberal: boolean;
    readonly nfacctCounters: readonly string[];
    readonly largeClusterEndpointsThreshold: number;
    readonly featureGates?: Readonly<Record<string, boolean>>;
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
  readonly thenDeleteServices?: { readonly flows: readonly GoldenFlow[] };
  readonly thenDeleteEndpointSlices?: { readonly flows: readonly GoldenFlow[] };
}

export type GoldenAssertion =
  | {
      readonly kind: "destinationInKubeServices";
      readonly destination: string;
      readonly present: boolean;
    }
  | { readonly kind: "containsLine"; readonly line: string }
  | { readonly kind: "notContains"; readonly text: string }
  | { readonly kind: "countSEPDNATRules"; readonly count: number; readonly withComment: number };

export function familyOfCase({ config }: GoldenCase): IpFamily {
  return config.ipFamily === "IPv4" ? "ipv4" : "ipv6";
}

export function configOfCase({ config }: GoldenCase): KubeProxyConfig {
  const { cidr } = config.localDetector;
  return resolveKubeProxyConfig(
    {
      ...(cidr === undefined ? {} : { clusterCIDR: cidr }),
      nodePortAddresses: config.nodePortAddresses,
      iptables: {
        masqueradeAll: config.masqueradeAll,
        localhostNodePorts: config.localhostNodePorts,
      },
      conntrack: { tcpBeLiberal: config.conntrackTCPLiberal },
      featureGates: config.featureGates ?? {},
    },
    {
      masqueradeMark: config.masqueradeMark,
      randomFully: config.randomFully,
      nfacctCounters: config.nfacctCounters,
      largeClusterEndpointsThreshold: config.largeClusterEndpointsThreshold,
    },
  );
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

export function localAddressesOfCase(golden: GoldenCase): readonly IpAddress[] {
  return golden.nodeIPsTreatedAsLocal.map(ipAddress);
}
