/**
 * A small cluster with every kind of Service, and what must become of packets in
 * it: the cases that tests of all modes run on.
 *
 *     nodes          node01 192.168.0.16 (zone a), node02 192.168.0.18 (zone b)
 *     pods           10.244.1.0/24 on node01, 10.244.2.0/24 on node02
 *     ClusterIPs     10.96.0.0/16
 *     load balancer  198.51.100.0/24
 *     outside        203.0.113.0/24
 */
import type { EndpointSlice, Service, SliceEndpoint } from "../../api/objects/service.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { type KubeProxyConfig, type ProxyMode, resolveKubeProxyConfig } from "./config/config.ts";
import type { ProxyKernel } from "./model/proxy-kernel.ts";
import type { ProxyNode } from "./model/proxy-node.ts";

export const sampleConfig: KubeProxyConfig = resolveKubeProxyConfig({
  clusterCIDR: "10.244.0.0/16",
});

/** The same in another mode. */
export function sampleConfigOf(mode: ProxyMode): KubeProxyConfig {
  return resolveKubeProxyConfig(
    { mode, clusterCIDR: "10.244.0.0/16" },
    { serviceCIDRs: ["10.96.0.0/16"] },
  );
}

/** The node that {@link sampleFlows} are seen from. */
export const sampleNode: ProxyNode = {
  name: "node01",
  ip: ipAddress("192.168.0.16"),
  zone: "a",
  podCIDRs: ["10.244.1.0/24"],
  addresses: ["127.0.0.1", "192.168.0.16", "10.244.1.1"].map(ipAddress),
};

/** A node's kernel that does nothing: tests put in its place what their mode needs. */
export const refusingKernel: ProxyKernel = {
  iptablesRestore: refuse("iptables-restore"),
  iptablesSave: refuse("iptables-save"),
  nftApply: refuse("nft -f -"),
  nftListTable: refuse("nft list table"),
  ipvs: {
    ipvsRestore: refuse("ipvsadm --restore"),
    ipvsList: refuse("ipvsadm --list"),
    ipvsSave: refuse("ipvsadm --save"),
    ipvsTimeouts: refuse("ipvsadm --set"),
    ipsetRestore: refuse("ipset restore"),
    ipsetSave: refuse("ipset save"),
    writeSysctls: () => undefined,
    bindAddresses: () => undefined,
    boundAddresses: () => undefined,
  },
  relay: {
    listenTcp: () => {
      throw new Error("a relay is not for this mode");
    },
    connectTcp: refuse("a relay"),
    bindUdp: () => {
      throw new Error("a relay is not for this mode");
    },
  },
};

function refuse(program: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${program} is not for this mode`));
}

/** A pod `10.244.NODE.HOST`, on node0NODE. */
export function sampleEndpoint(
  node: number,
  host: number,
  more: Partial<SliceEndpoint> = {},
): SliceEndpoint {
  return { addresses: [`10.244.${node}.${host}`], nodeName: `node0${node}`, ...more };
}

export function sampleService(name: string, spec: Service["spec"], ingress?: string): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { type: "ClusterIP", ...spec },
    ...(ingress === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip: ingress }] } } }),
  };
}

export function sampleSlice(
  service: string,
  endpoints: readonly SliceEndpoint[],
  ports: EndpointSlice["ports"] = [{ name: "http", port: 8080, protocol: "TCP" }],
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${service}-1`,
      namespace: "shop",
      labels: { "kubernetes.io/service-name": service },
    },
    addressType: "IPv4",
    endpoints,
    ports,
  };
}

const http = [{ name: "http", port: 80 }];
const onBoth = [sampleEndpoint(1, 2), sampleEndpoint(2, 2)];
const onlyElsewhere = [sampleEndpoint(2, 2)];

export const sampleServices: readonly Service[] = [
  sampleService("web", { clusterIP: "10.96.0.20", ports: http }),
  sampleService("dns", {
    clusterIP: "10.96.0.10",
    ports: [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "dns-tcp", port: 53, protocol: "TCP" },
    ],
  }),
  sampleService("sticky", {
    clusterIP: "10.96.0.21",
    ports: http,
    sessionAffinity: "ClientIP",
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 3600 } },
  }),
  sampleService("empty", {
    type: "NodePort",
    clusterIP: "10.96.0.22",
    ports: [{ name: "http", port: 80, nodePort: 30404 }],
  }),
  sampleService("inside-local", {
    clusterIP: "10.96.0.23",
    ports: http,
    internalTrafficPolicy: "Local",
  }),
  sampleService("node-port", {
    type: "NodePort",
    clusterIP: "10.96.0.24",
    ports: [{ name: "http", port: 80, nodePort: 30080 }],
  }),
  sampleService("node-port-local", {
    type: "NodePort",
    clusterIP: "10.96.0.25",
    ports: [{ name: "http", port: 80, nodePort: 30081 }],
    externalTrafficPolicy: "Local",
  }),
  sampleService(
    "balanced",
    {
      type: "LoadBalancer",
      clusterIP: "10.96.0.26",
      ports: http,
      loadBalancerSourceRanges: ["203.0.113.0/25"],
    },
    "198.51.100.10",
  ),
  sampleService(
    "balanced-local",
    {
      type: "LoadBalancer",
      clusterIP: "10.96.0.27",
      ports: http,
      externalTrafficPolicy: "Local",
      healthCheckNodePort: 32000,
    },
    "198.51.100.11",
  ),
  sampleService("external", {
    clusterIP: "10.96.0.28",
    ports: http,
    externalIPs: ["192.0.2.50"],
  }),
  sampleService("draining", { clusterIP: "10.96.0.29", ports: http }),
  sampleService("headless", { clusterIP: "None", ports: http }),
  sampleService("game", { clusterIP: "10.96.0.30", ports: [{ port: 9000, protocol: "UDP" }] }),
  sampleService("zonal", { clusterIP: "10.96.0.31", ports: http }),
];

export const sampleSlices: readonly EndpointSlice[] = [
  // 10.244.1.10 sorts before 10.244.1.2: endpoints are ordered as text.
  sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(1, 10), sampleEndpoint(2, 2)]),
  sampleSlice("dns", onBoth, [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
  ]),
  sampleSlice("sticky", onBoth),
  sampleSlice("empty", [sampleEndpoint(1, 9, { conditions: { ready: false, serving: false } })]),
  sampleSlice("inside-local", onlyElsewhere),
  sampleSlice("node-port", onBoth),
  sampleSlice("node-port-local", onlyElsewhere),
  sampleSlice("balanced", onBoth),
  sampleSlice("balanced-local", onBoth),
  sampleSlice("external", onBoth),
  sampleSlice("draining", [
    sampleEndpoint(1, 2, { conditions: { ready: false, serving: true, terminating: true } }),
    sampleEndpoint(2, 2, { conditions: { ready: false, serving: false, terminating: true } }),
  ]),
  sampleSlice("headless", onBoth),
  sampleSlice("game", onBoth, [{ name: "", port: 9000, protocol: "UDP" }]),
  sampleSlice("zonal", [
    sampleEndpoint(1, 2, { hints: { forZones: [{ name: "a" }] } }),
    sampleEndpoint(2, 2, { hints: { forZones: [{ name: "b" }] } }),
  ]),
];

export interface SampleFlow {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: "udp";
  /** Where it may arrive; or what becomes of it instead; `pass` when no rule concerns it, `close` when kube-proxy hangs up. */
  readonly outcome: readonly string[] | "reject" | "drop" | "pass" | "accept" | "close";
  readonly masqueraded: boolean;
}

const pod = "10.244.1.5";
const node = "192.168.0.16";
const outside = "203.0.113.9";
const both = ["10.244.1.2:8080", "10.244.2.2:8080"];

/** As seen on {@link sampleNode}, with {@link sampleConfig}. */
export const sampleFlows: readonly SampleFlow[] = [
  {
    title: "a pod reaches every endpoint of a ClusterIP, keeping its address",
    from: pod,
    to: "10.96.0.20",
    port: 80,
    outcome: ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
    masqueraded: false,
  },
  {
    title: "the node reaches a ClusterIP, masqueraded since it is no pod",
    from: node,
    to: "10.96.0.20",
    port: 80,
    outcome: ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
    masqueraded: true,
  },
  {
    title: "a port that the Service lacks is nobody's business",
    from: pod,
    to: "10.96.0.20",
    port: 81,
    outcome: "pass",
    masqueraded: false,
  },
  {
    title: "one address serves UDP and TCP separately",
    from: pod,
    to: "10.96.0.10",
    port: 53,
    protocol: "udp",
    outcome: ["10.244.1.2:53", "10.244.2.2:53"],
    masqueraded: false,
  },
  {
    title: "a new client of a Service with affinity may go anywhere",
    from: pod,
    to: "10.96.0.21",
    port: 80,
    outcome: both,
    masqueraded: false,
  },
  {
    title: "a Service without endpoints is rejected, not dropped",
    from: pod,
    to: "10.96.0.22",
    port: 80,
    outcome: "reject",
    masqueraded: false,
  },
  {
    title: "so is its node port",
    from: outside,
    to: node,
    port: 30404,
    outcome: "reject",
    masqueraded: false,
  },
  {
    title: "internalTrafficPolicy Local without an endpoint here drops",
    from: pod,
    to: "10.96.0.23",
    port: 80,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "a node port reaches endpoints on every node, masqueraded",
    from: outside,
    to: node,
    port: 30080,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "a node port answers on localhost",
    from: "127.0.0.1",
    to: "127.0.0.1",
    port: 30080,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "localhost is closed to all others",
    from: outside,
    to: "127.0.0.1",
    port: 22,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "externalTrafficPolicy Local without an endpoint here drops what comes from outside",
    from: outside,
    to: node,
    port: 30081,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "but pods still reach the other nodes' endpoints, keeping their address",
    from: pod,
    to: node,
    port: 30081,
    outcome: ["10.244.2.2:8080"],
    masqueraded: false,
  },
  {
    title: "and so does the node, masqueraded",
    from: node,
    to: node,
    port: 30081,
    outcome: ["10.244.2.2:8080"],
    masqueraded: true,
  },
  {
    title: "a load balancer's address lets in its source ranges",
    from: outside,
    to: "198.51.100.10",
    port: 80,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "and drops everybody else",
    from: "203.0.113.200",
    to: "198.51.100.10",
    port: 80,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "under policy Local a load balancer's client is seen by the local endpoint as it is",
    from: outside,
    to: "198.51.100.11",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "the health check port is let in",
    from: outside,
    to: node,
    port: 32000,
    outcome: "accept",
    masqueraded: false,
  },
  {
    title: "an external IP is served like a node port",
    from: outside,
    to: "192.0.2.50",
    port: 80,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "while all endpoints shut down, those that still serve are used",
    from: pod,
    to: "10.96.0.29",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "a port without a name is served",
    from: pod,
    to: "10.96.0.30",
    port: 9000,
    protocol: "udp",
    outcome: ["10.244.1.2:9000", "10.244.2.2:9000"],
    masqueraded: false,
  },
  {
    title: "hints keep traffic in its zone",
    from: pod,
    to: "10.96.0.31",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "a pod that reaches itself is masqueraded",
    from: "10.244.1.2",
    to: "10.96.0.31",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: true,
  },
];
