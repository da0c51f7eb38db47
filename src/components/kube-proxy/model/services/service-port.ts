/**
 * One port of one Service, as every mode of kube-proxy sees it: parsed, of one
 * address family, and without anything that decides no rule.
 */
import type { Protocol } from "../../../../api/objects/pod.ts";
import type { LoadBalancerIngress, Service } from "../../../../api/objects/service.ts";
import { type Cidr, formatCidr } from "../../../../net/cidr.ts";
import { familyOf, type IpAddress, type IpFamily } from "../../../../net/ip-address.ts";
import {
  addressesOfFamily,
  cidrsOfFamily,
  parseLenientAddress,
} from "../../config/lenient-address.ts";

export type TransportProtocol = "tcp" | "udp" | "sctp";

/** What decides which endpoints a service port may use. */
export interface TrafficPolicies {
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  readonly nodePort: number | undefined;
  readonly externalIPs: readonly IpAddress[];
  /** Load-balancer addresses that this node answers for: ingress entries of ipMode VIP. */
  readonly loadBalancerVIPs: readonly IpAddress[];
}

export interface ServicePort extends TrafficPolicies {
  readonly namespace: string;
  readonly serviceName: string;
  /** `namespace/name:port`, or `namespace/name` for a port without a name. Stands in every rule's comment. */
  readonly name: string;
  readonly portName: string;
  readonly protocol: TransportProtocol;
  readonly clusterIP: IpAddress;
  readonly port: number;
  /** loadBalancerSourceRanges in canonical text, host bits cleared. */
  readonly sourceRanges: readonly string[];
  /** Seconds that a client sticks to its endpoint; undefined without session affinity. */
  readonly affinitySeconds: number | undefined;
  readonly healthCheckNodePort: number | undefined;
}

export interface ServicePortOptions {
  readonly family: IpFamily;
  /** Feature gate LoadBalancerIPMode: leave out ingress addresses of ipMode Proxy. */
  readonly loadBalancerIPMode: boolean;
}

/** The API server's default for sessionAffinityConfig.clientIP.timeoutSeconds: three hours. */
const DEFAULT_AFFINITY_SECONDS = 10_800;

/**
 * The ports of `service` that a proxier of this family serves, by name; none for
 * headless and ExternalName.
 */
export function servicePorts(
  service: Service,
  { family, loadBalancerIPMode }: ServicePortOptions,
): readonly ServicePort[] {
  const { spec, metadata } = service;
  const clusterIP = clusterIPOfFamily(service, family);
  if (clusterIP === undefined || spec.type === "ExternalName") return [];
  const namespace = metadata.namespace ?? "";
  const externalIPs = addressesOfFamily(spec.externalIPs, family);
  const externalPolicyLocal = isExternalPolicyLocal(service, externalIPs);
  const serviceName = metadata.name;
  const vips = loadBalancerVIPs(service.status?.loadBalancer?.ingress, {
    family,
    loadBalancerIPMode,
  });
  const sourceRanges = cidrsOfFamily(spec.loadBalancerSourceRanges, family).map((range: Cidr) =>
    formatCidr(range),
  );
  const affinitySeconds =
    spec.sessionAffinity === "ClientIP"
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
      : undefined;
  const healthCheckNodePort =
    spec.type === "LoadBalancer" && externalPolicyLocal
      ? nonZero(spec.healthCheckNodePort)
      : undefined;
  const ports = (spec.ports ?? []).map(({ name: portName = "", protocol, port, nodePort }) => ({
    namespace,
    serviceName,
    name: formatServicePortName({ namespace, serviceName, portName }),
    portName,
    protocol: lowerCase(protocol ?? "TCP"),
    clusterIP,
    port,
    nodePort: nonZero(nodePort),
    externalIPs,
    loadBalancerVIPs: vips,
    sourceRanges,
    externalPolicyLocal,
    internalPolicyLocal: spec.internalTrafficPolicy === "Local",
    affinitySeconds,
    healthCheckNodePort,
  }));
  return ports.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** `namespace/name:port`, as kube-proxy's ServicePortName prints it. */
export function formatServicePortName({
  namespace,
  serviceName,
  portName,
}: Pick<ServicePort, "namespace" | "serviceName" | "portName">): string {
  const service = `${namespace}/${serviceName}`;
  return portName === "" ? service : `${service}:${portName}`;
}

/** Reachable from outside the cluster: by node port, load balancer or external IP. */
export function isExternal(port: TrafficPolicies): boolean {
  return (
    port.nodePort !== undefined || port.loadBalancerVIPs.length > 0 || port.externalIPs.length > 0
  );
}

/** Some traffic may go to endpoints on any node. */
export function usesClusterEndpoints(port: TrafficPolicies): boolean {
  return !port.internalPolicyLocal || isExternal(port);
}

/** Some traffic must stay on its node. */
export function usesLocalEndpoints(port: TrafficPolicies): boolean {
  return port.internalPolicyLocal || (port.externalPolicyLocal && isExternal(port));
}

export function lowerCase(protocol: Protocol): TransportProtocol {
  // The three members of Protocol, in lower case, are TransportProtocol.
  return protocol.toLowerCase() as TransportProtocol;
}

function clusterIPOfFamily({ spec }: Service, family: IpFamily): IpAddress | undefined {
  if (spec.clusterIP === undefined || spec.clusterIP === "" || spec.clusterIP === "None") {
    return undefined;
  }
  const { ipFamilies = [], clusterIPs = [spec.clusterIP] } = spec;
  const text =
    ipFamilies.length === 0
      ? spec.clusterIP
      : clusterIPs[ipFamilies.indexOf(family === "ipv4" ? "IPv4" : "IPv6")];
  const address = parseLenientAddress(text ?? "");
  return address !== undefined && familyOf(address) === family ? address : undefined;
}

/** The policy counts for a ClusterIP Service only when an external IP makes it reachable from outside. */
function isExternalPolicyLocal({ spec }: Service, externalIPs: readonly IpAddress[]): boolean {
  if (spec.externalTrafficPolicy !== "Local") return false;
  const type = spec.type ?? "ClusterIP";
  return (
    type === "LoadBalancer" ||
    type === "NodePort" ||
    (type === "ClusterIP" && externalIPs.length > 0)
  );
}

function loadBalancerVIPs(
  ingress: readonly LoadBalancerIngress[] | undefined,
  { family, loadBalancerIPMode }: ServicePortOptions,
): readonly IpAddress[] {
  const handled = (ingress ?? []).filter(
    // The load balancer of ipMode Proxy sends to the node's own address; its IP must reach it, not be caught here.
    ({ ipMode }) => !(loadBalancerIPMode && ipMode === "Proxy"),
  );
  return addressesOfFamily(
    handled.flatMap(({ ip }) => (ip === undefined ? [] : [ip])),
    family,
  );
}

/** Kubernetes writes 0 for "no port"; here absent is undefined. */
function nonZero(port: number | undefined): number | undefined {
  return port === 0 ? undefined : port;
}
