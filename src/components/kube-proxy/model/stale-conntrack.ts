/**
 * UDP connections that the kernel remembers wrongly after a change. A flow that
 * began while its Service had no endpoints is remembered as untranslated, one to
 * an endpoint that is gone as translated to nowhere; for UDP every further packet
 * renews the memory, so the client would never recover. (TCP recovers by itself: its
 * next connection is a new one.)
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import {
  type ClusterModel,
  changedServices,
  type ServicePortModel,
} from "./cluster/cluster-model.ts";

/** Entries to forget: UDP, to this destination, answered by anybody but those named. (By their address alone until Kubernetes 1.32.) */
export interface StaleConntrack {
  readonly protocol: "udp";
  /** Undefined for a node port, which every address of the node has. */
  readonly destination: IpAddress | undefined;
  readonly destinationPort: number;
  /** `ip:port` each, `[ip]:port`. */
  readonly serving: readonly string[];
}

/** An entry of the kernel's table, as far as it matters here. */
export interface ConntrackEntry {
  readonly protocol: string;
  /** Of the original direction, as the client sent it. */
  readonly destination: IpAddress;
  readonly destinationPort: number;
  /** Source of the reply direction, `ip:port`: who answers. */
  readonly replySource: string;
}

/**
 * What the step from `previous` to `next` makes stale; in a service port that only gained endpoints, nothing. Where the last
 * endpoint went, everything is: so until Kubernetes 1.31 and again from 1.37 on; those between leave it (issue 139628).
 */
export function staleConntrack(
  previous: ClusterModel | undefined,
  next: ClusterModel,
): readonly StaleConntrack[] {
  const stale: StaleConntrack[] = [];
  for (const key of previous === undefined
    ? next.services.keys()
    : changedServices(previous, next)) {
    const before = previous?.services.get(key);
    const service = next.services.get(key);
    if (service === undefined) continue;
    for (const model of service.ports) {
      const { port } = model;
      if (port.protocol !== "udp") continue;
      const was = serving(before?.ports.find((other) => isSamePort(other, model)));
      const is = serving(model);
      const lost = [...was].some((text) => !is.has(text));
      const gainedFirst = was.size === 0 && is.size > 0;
      if (lost || gainedFirst) stale.push(...destinationsOf(model, [...is]));
    }
  }
  return stale;
}

export function isStale(entry: ConntrackEntry, stale: StaleConntrack): boolean {
  return (
    entry.protocol === stale.protocol &&
    entry.destinationPort === stale.destinationPort &&
    (stale.destination === undefined || entry.destination === stale.destination) &&
    !stale.serving.includes(entry.replySource)
  );
}

function isSamePort({ port }: ServicePortModel, other: ServicePortModel): boolean {
  return port.name === other.port.name && port.protocol === other.port.protocol;
}

function serving(model: ServicePortModel | undefined): ReadonlySet<string> {
  const endpoints = model?.endpoints.filter((endpoint) => endpoint.serving) ?? [];
  return new Set(endpoints.map(({ text }) => text));
}

function destinationsOf(
  { port }: ServicePortModel,
  texts: readonly string[],
): readonly StaleConntrack[] {
  const common = { protocol: "udp", serving: texts } as const;
  const addresses = [port.clusterIP, ...port.loadBalancerVIPs, ...port.externalIPs];
  return [
    ...addresses.map((destination) => ({ ...common, destination, destinationPort: port.port })),
    ...(port.nodePort === undefined
      ? []
      : [{ ...common, destination: undefined, destinationPort: port.nodePort }]),
  ];
}
