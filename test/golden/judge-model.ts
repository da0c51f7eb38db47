/** What all modes of kube-proxy share, on upstream's own tables. */

import { cidrsOfFamily } from "../../src/components/kube-proxy/config/lenient-address.ts";
import {
  endpointChain,
  serviceChains,
} from "../../src/components/kube-proxy/iptables/service-rules/chain-names.ts";
import { formatProbability } from "../../src/components/kube-proxy/iptables/service-rules/endpoint-rules.ts";
import { categorizeEndpoints } from "../../src/components/kube-proxy/model/decisions/categorize-endpoints.ts";
import {
  compareEndpoints,
  type Endpoint,
} from "../../src/components/kube-proxy/model/services/endpoint.ts";
import {
  formatServicePortName,
  type ServicePort,
  type TransportProtocol,
} from "../../src/components/kube-proxy/model/services/service-port.ts";
import {
  serviceObjects,
  endpointChain as tableEndpointChain,
} from "../../src/components/kube-proxy/nftables/service-rules/object-names.ts";
import { formatCidr } from "../../src/net/cidr.ts";
import { type IpAddress, ipAddress } from "../../src/net/ip-address.ts";
import { readGolden } from "./golden-data.ts";
import type { Judge } from "./judge.ts";

interface CategorizeCase {
  readonly name: string;
  readonly nodeLabels: Readonly<Record<string, string>> | null;
  readonly serviceInfo: {
    readonly internalPolicyLocal?: boolean;
    readonly externalPolicyLocal?: boolean;
    readonly nodePort?: number;
  };
  readonly endpoints: ReadonlyArray<{
    readonly endpoint: string;
    readonly ready: boolean;
    readonly serving: boolean;
    readonly terminating: boolean;
    readonly isLocal: boolean;
    readonly zoneHints?: readonly string[];
    readonly nodeHints?: readonly string[];
  }>;
  readonly clusterEndpoints: readonly string[] | null;
  readonly localEndpoints: readonly string[] | null;
  readonly allEndpoints: readonly string[] | null;
  readonly onlyRemoteEndpoints: boolean;
}

interface Vectors<T> {
  readonly vectors: T;
}

interface ChainNameCase {
  readonly namespace: string;
  readonly name: string;
  readonly port: string;
  readonly protocol: TransportProtocol;
  readonly endpoint: string | null;
  readonly chain: string;
}

interface ObjectNameCase {
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: string;
  readonly protocol: TransportProtocol;
  readonly endpoint: string | null;
  /** Without the prefix that says what kind of object it is. */
  readonly expected: string;
}

interface ServiceCidrCase {
  readonly family: "IPv4" | "IPv6";
  readonly in: readonly string[];
  /** Those of the family, joined by commas. */
  readonly out: string;
}

/** An endpoint of which only text, and what `more` says, is told. */
function endpoint(text: string, more: Partial<Endpoint> = {}): Endpoint {
  const [, ip = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return {
    text,
    // As the vector spells it: one of them has `::` for a single group, which no parsed address has.
    ip: ip as IpAddress,
    port: Number(port),
    ready: true,
    serving: true,
    terminating: false,
    nodeName: undefined,
    zoneHints: [],
    nodeHints: [],
    ...more,
  };
}

/** A service port with what a case says, and nothing else. */
function servicePort(more: Partial<ServicePort>): ServicePort {
  return {
    namespace: "ns",
    serviceName: "svc",
    name: "ns/svc:p",
    portName: "p",
    protocol: "tcp",
    clusterIP: ipAddress("10.96.0.1"),
    port: 80,
    nodePort: undefined,
    externalIPs: [],
    loadBalancerVIPs: [],
    sourceRanges: [],
    externalPolicyLocal: false,
    internalPolicyLocal: false,
    affinitySeconds: undefined,
    healthCheckNodePort: undefined,
    ...more,
  };
}

export function judgeModel(folder: string, judge: Judge): void {
  judgeCategorisations(folder, judge);
  judgeNames(folder, judge);
  const { vectors: orders } = readGolden<Vectors<ReadonlyArray<readonly string[]>>>(
    folder,
    "vectors/endpoint-order.json",
  );
  for (const sorted of orders) {
    const shuffled = sorted.map((text) => endpoint(text)).reverse();
    const texts = shuffled.sort(compareEndpoints).map(({ text }) => text);
    judge("ordering", `${sorted.length} endpoints`, texts, sorted);
  }
  const { vectors: probabilities } = readGolden<Vectors<Readonly<Record<string, string>>>>(
    folder,
    "vectors/probability.json",
  );
  for (const [n, text] of Object.entries(probabilities)) {
    judge("probabilities", `1/${n}`, formatProbability(Number(n)), text);
  }
  const { vectors: blocks } = readGolden<Vectors<readonly ServiceCidrCase[]>>(
    folder,
    "vectors/service-cidrs.json",
  );
  for (const { family, in: given, out } of blocks) {
    const ours = cidrsOfFamily(given, family === "IPv4" ? "ipv4" : "ipv6");
    judge("service CIDRs", `${family} of ${given}`, ours.map(formatCidr).join(","), out);
  }
}

function judgeCategorisations(folder: string, judge: Judge): void {
  const { nodeName, cases } = readGolden<{
    readonly nodeName: string;
    readonly cases: readonly CategorizeCase[];
  }>(folder, "vectors/categorize-endpoints.json");
  for (const { name, endpoints, ...golden } of cases) {
    const known = endpoints.map(({ endpoint: text, isLocal, ...more }) =>
      endpoint(text, { ...more, nodeName: isLocal ? nodeName : "another" }),
    );
    const zone = golden.nodeLabels?.["topology.kubernetes.io/zone"];
    const node = { name: nodeName, zone, preferSameNode: true };
    const result = categorizeEndpoints(known, servicePort(golden.serviceInfo), node);
    const texts = (list: readonly Endpoint[]): readonly string[] => list.map(({ text }) => text);
    const cluster = golden.clusterEndpoints ?? [];
    const local = golden.localEndpoints ?? [];
    const actual = {
      cluster: texts(result.cluster),
      local: texts(result.local),
      all: texts(result.allReachable),
      hasAny: result.hasAny,
    };
    judge("categorisation", name, actual, {
      cluster,
      local,
      all: golden.allEndpoints ?? golden.clusterEndpoints ?? local,
      hasAny: cluster.length + local.length > 0 || golden.onlyRemoteEndpoints,
    });
  }
}

function judgeNames(folder: string, judge: Judge): void {
  const { iptables, nftables } = readGolden<{
    readonly iptables: Vectors<readonly ChainNameCase[]>;
    readonly nftables: Vectors<readonly ObjectNameCase[]>;
  }>(folder, "vectors/chain-names.json");
  for (const { name, expected, service: serviceName, ...golden } of nftables.vectors) {
    const { namespace, port: portName, protocol } = golden;
    const port = servicePort({ namespace, serviceName, portName, protocol });
    const [actual, prefix] =
      golden.endpoint === null
        ? [serviceObjects(port).cluster, "service-"]
        : [tableEndpointChain(port, endpoint(golden.endpoint)), "endpoint-"];
    judge("names", name, actual, `${prefix}${expected}`);
  }
  for (const golden of iptables.vectors) {
    const { namespace, name: serviceName, port: portName, protocol, chain } = golden;
    const name = formatServicePortName({ namespace, serviceName, portName });
    const port = servicePort({ namespace, serviceName, portName, protocol, name });
    const chains =
      golden.endpoint === null
        ? Object.values({ ...serviceChains(port) })
        : [endpointChain(port, endpoint(golden.endpoint))];
    judge("names", chain, chains.find((each) => each === chain) ?? chains, chain);
  }
}
