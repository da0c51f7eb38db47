/** The API server's own Service: its first pods are none, so the server keeps its endpoints itself. */
import type { ServiceCIDR } from "../../api/objects/networking.ts";
import type { EndpointSlice, Endpoints, Service } from "../../api/objects/service.ts";
import { type Cidr, formatCidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import { firstAddress } from "./cluster-ips.ts";

export interface ApiServerAddress {
  /** Of the nodes that run an API server. */
  readonly addresses: readonly IpAddress[];
  /** Where it listens on them. */
  readonly port: number;
}

const name = "kubernetes";
const namespace = "default";
const portName = "https";
const port = 443;

/** To be created through admission like any other, before others can take its address. */
export function kubernetesService(cidr: Cidr, { port: targetPort }: ApiServerAddress): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: firstAddress(cidr),
      ports: [{ name: portName, protocol: "TCP", port, targetPort }],
      sessionAffinity: "None",
    },
  };
}

export function kubernetesEndpoints({ addresses, port: targetPort }: ApiServerAddress): Endpoints {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    // The server writes the slice as well, so nobody else has to make one of this.
    metadata: { name, namespace, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [
      {
        addresses: addresses.map((ip) => ({ ip })),
        ports: [{ name: portName, port: targetPort, protocol: "TCP" }],
      },
    ],
  };
}

export function kubernetesEndpointSlice(server: ApiServerAddress): EndpointSlice {
  const { addresses, port: targetPort } = server;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: portName, port: targetPort, protocol: "TCP" }],
  };
}

/** Made by the server from its flag; to be stored as it is, status and all. */
export function kubernetesServiceCIDR(cidrs: readonly Cidr[]): ServiceCIDR {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name },
    spec: { cidrs: cidrs.map(formatCidr) },
    status: {
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "",
          message: "Kubernetes default Service CIDR is ready",
        },
      ],
    },
  };
}
