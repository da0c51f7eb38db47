/** What all modes of kube-proxy share, against upstream's own tables. */
import test from "ava";
import {
  endpointChain,
  serviceChains,
} from "../../src/components/kube-proxy/iptables/chain-names.ts";
import { formatProbability } from "../../src/components/kube-proxy/iptables/endpoint-rules.ts";
import { categorizeEndpoints } from "../../src/components/kube-proxy/model/categorize-endpoints.ts";
import { compareEndpoints, type Endpoint } from "../../src/components/kube-proxy/model/endpoint.ts";
import {
  formatServicePortName,
  type ServicePort,
  type TransportProtocol,
} from "../../src/components/kube-proxy/model/service-port.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { readGolden, withGoldenFolder } from "./golden-folder.ts";

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

interface ChainNameCase {
  readonly namespace: string;
  readonly name: string;
  readonly port: string;
  readonly protocol: TransportProtocol;
  readonly endpoint: string | null;
  readonly chain: string;
}

/** An endpoint of which only text, and what `more` says, is told. */
function endpoint(text: string, more: Partial<Endpoint> = {}): Endpoint {
  const [ip = "", port = ""] = text.split(":");
  return {
    text,
    ip: ipAddress(ip),
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

withGoldenFolder("kube-proxy model", (folder) => {
  const { nodeName, cases } = readGolden<{
    readonly nodeName: string;
    readonly cases: readonly CategorizeCase[];
  }>(folder, "vectors/categorize-endpoints.json");

  test("there are thirty categorisations", (t) => {
    t.is(cases.length, 30);
  });

  for (const { name, endpoints, ...golden } of cases) {
    test(`categorise: ${name}`, (t) => {
      const known = endpoints.map(({ endpoint: text, isLocal, ...more }) =>
        endpoint(text, { ...more, nodeName: isLocal ? nodeName : "another" }),
      );
      const zone = golden.nodeLabels?.["topology.kubernetes.io/zone"];
      const node = { name: nodeName, zone, preferSameNode: true };
      const result = categorizeEndpoints(known, servicePort(golden.serviceInfo), node);
      const texts = (list: readonly Endpoint[]): readonly string[] => list.map(({ text }) => text);
      const [cluster, local] = [golden.clusterEndpoints, golden.localEndpoints];
      t.deepEqual(texts(result.cluster), cluster ?? []);
      t.deepEqual(texts(result.local), local ?? []);
      t.deepEqual(texts(result.allReachable), golden.allEndpoints ?? cluster ?? local ?? []);
      const reachable = result.cluster.length + result.local.length > 0;
      t.is(result.hasAny, reachable || golden.onlyRemoteEndpoints);
    });
  }

  const names = readGolden<{ readonly iptables: { readonly vectors: readonly ChainNameCase[] } }>(
    folder,
    "vectors/chain-names.json",
  ).iptables.vectors;
  for (const golden of names) {
    test(`chain name ${golden.chain}`, (t) => {
      const { namespace, name: serviceName, port: portName, protocol, chain } = golden;
      const name = formatServicePortName({ namespace, serviceName, portName });
      const port = servicePort({ namespace, serviceName, portName, protocol, name });
      t.true(
        golden.endpoint === null
          ? Object.values(serviceChains(port)).includes(chain)
          : endpointChain(port, endpoint(golden.endpoint)) === chain,
      );
    });
  }

  test("endpoints are sorted as upstream sorts them", (t) => {
    const { vectors } = readGolden<{ readonly vectors: ReadonlyArray<readonly string[]> }>(
      folder,
      "vectors/endpoint-order.json",
    );
    for (const sorted of vectors) {
      const shuffled = sorted.map((text) => endpoint(text)).reverse();
      t.deepEqual(
        shuffled.sort(compareEndpoints).map(({ text }) => text),
        sorted,
      );
    }
  });

  test("probabilities are printed as upstream prints them", (t) => {
    const { vectors } = readGolden<{ readonly vectors: Readonly<Record<string, string>> }>(
      folder,
      "vectors/probability.json",
    );
    for (const [n, text] of Object.entries(vectors)) t.is(formatProbability(Number(n)), text);
  });
});
