/**
 * A small cluster with every kind of Service.
 *
 *     nodes          node01 192.168.0.16 (zone a), node02 192.168.0.18 (zone b)
 *     pods           10.244.1.0/24 on node01, 10.244.2.0/24 on node02
 *     ClusterIPs     10.96.0.0/16
 *     load balancer  198.51.100.0/24
 *     outside        203.0.113.0/24
 */
import type { EndpointSlice, Service, SliceEndpoint } from "../../../api/objects/service.ts";

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
