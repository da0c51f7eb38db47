/**
 * UDP connections that the kernel remembers wrongly after a change. A flow that
 * began while its Service had no endpoints is remembered as untranslated, one to
 * an endpoint that is gone as translated to nowhere; for UDP every further packet
 * renews the memory, so the client would never recover. (TCP recovers by itself: its
 * next connection is a new one.)
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import { type ClusterModel, changedServices, type ServicePortModel } from "./cluster-model.ts";

/** Entries to forget: UDP, to this destination, answered by anybody but those named. */
export interface StaleConntrack {
  readonly protocol: "udp";
  /** Undefined for a node port, which every address of the node has. */
  readonly destination: IpAddress | undefined;
  readonly destinationPort: number;
  readonly servingIPs: readonly IpAddress[];
}

/** An entry of the kernel's table, as far as it matters here. */
export interface ConntrackEntry {
  readonly protocol: string;
  /** Of the original direction, as the client sent it. */
  readonly destination: IpAddress;
  readonly destinationPort: number;
  /** Source of the reply direction: who answers. */
  readonly replySource: IpAddress;
}

/** What the step from `previous` to `next` makes stale; in a service port that only gained endpoints, nothing. */
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
      const was = servingIPs(before?.ports.find((other) => other.port.name === port.name));
      const is = servingIPs(model);
      const lost = [...was].some((ip) => !is.has(ip));
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
    !stale.servingIPs.includes(entry.replySource)
  );
}

function servingIPs(model: ServicePortModel | undefined): ReadonlySet<IpAddress> {
  const serving = model?.endpoints.filter((endpoint) => endpoint.serving) ?? [];
  return new Set(serving.map(({ ip }) => ip));
}

function destinationsOf(
  { port }: ServicePortModel,
  ips: readonly IpAddress[],
): readonly StaleConntrack[] {
  const common = { protocol: "udp", servingIPs: ips } as const;
  const addresses = [port.clusterIP, ...port.loadBalancerVIPs, ...port.externalIPs];
  return [
    ...addresses.map((destination) => ({ ...common, destination, destinationPort: port.port })),
    ...(port.nodePort === undefined
      ? []
      : [{ ...common, destination: undefined, destinationPort: port.nodePort }]),
  ];
}
