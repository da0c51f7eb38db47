/** The kernel's load balancers: what one is, and which the Services want. */
import { formatSocketAddress, type IpAddress } from "../../../../net/ip-address.ts";
import type { Scheduling, ServerAddress } from "../../../../wire/netlink/ipvs/ipvs.ts";
import type { ServiceModel, ServicePortModel } from "../../model/cluster/cluster-model.ts";
import { categorizeEndpoints } from "../../model/decisions/categorize-endpoints.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import type { ServicePort } from "../../model/services/service-port.ts";
import type { IpvsSettings } from "../settings.ts";

export interface VirtualServer extends ServerAddress, Scheduling {
  /** `ip:port`, in order, each once. All of weight 1. */
  readonly realServers: readonly string[];
}

/** `tcp 10.96.0.10:53`, by which virtual servers are told apart. */
export function serverKey({ protocol, address, port }: ServerAddress): string {
  return `${protocol} ${formatSocketAddress(address, port)}`;
}

/** Those of one Service. */
export function virtualServers(
  { ports }: ServiceModel,
  settings: IpvsSettings,
): readonly VirtualServer[] {
  return ports.flatMap((model) => serversOf(model, settings));
}

function serversOf(model: ServicePortModel, settings: IpvsSettings): readonly VirtualServer[] {
  const { port } = model;
  const { cluster, local } = categorizeEndpoints(model.endpoints, port, settings.node);
  // Unlike iptables mode, which drops what a Local policy finds no endpoint for.
  const pick = (isLocal: boolean): readonly Endpoint[] =>
    isLocal && local.length > 0 ? local : cluster;
  const internal = pick(port.internalPolicyLocal);
  const external = pick(port.externalPolicyLocal);
  const { clusterIP, nodePort } = port;
  const at = (address: IpAddress, number: number, endpoints: readonly Endpoint[]): VirtualServer =>
    makeServer(port, { address, port: number, endpoints, settings });
  return [
    at(clusterIP, port.port, internal),
    ...[...port.externalIPs, ...port.loadBalancerVIPs].map((address) =>
      at(address, port.port, external),
    ),
    ...(nodePort === undefined
      ? []
      : settings.nodePortIPs.map((address) => at(address, nodePort, external))),
  ];
}

function makeServer(
  { protocol, affinitySeconds }: ServicePort,
  {
    address,
    port,
    endpoints,
    settings,
  }: {
    readonly address: IpAddress;
    readonly port: number;
    readonly endpoints: readonly Endpoint[];
    readonly settings: IpvsSettings;
  },
): VirtualServer {
  return {
    protocol,
    address,
    port,
    scheduler: settings.scheduler,
    persistentSeconds: affinitySeconds,
    realServers: endpoints.map(({ text }) => text),
  };
}
