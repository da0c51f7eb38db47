/**
 * UDP connections that the kernel remembers wrongly after a change. A flow that
 * began while its Service had no endpoints is remembered as untranslated, one to
 * an endpoint that is gone as translated to nowhere; for UDP every further packet
 * renews the memory, so the client would never recover. (TCP recovers by itself: its
 * next connection is a new one.)
 */
import { familyOf, type IpAddress, type IpFamily } from "../../../net/ip-address.ts";
import {
  type ClusterModel,
  changedServices,
  type ServiceModel,
  type ServicePortModel,
} from "./cluster/cluster-model.ts";

/** Entries to forget: UDP, to this destination, answered by anybody but those named. (By their address alone in Kubernetes 1.32 and 1.33.) */
export interface StaleConntrack {
  readonly protocol: "udp";
  readonly family: IpFamily;
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
 * endpoint went, or the service port itself, all flows to its addresses are: the former until Kubernetes 1.31 and from 1.37 on
 * (pull request 139629), the latter from 1.38 on (141371). Flows to its node port are then left, since nothing but the port would tell
 * them from others'.
 */
export function staleConntrack(
  previous: ClusterModel | undefined,
  next: ClusterModel,
): readonly StaleConntrack[] {
  const stale: StaleConntrack[] = [];
  const gone: StaleConntrack[] = [];
  const keys = previous === undefined ? next.services.keys() : changedServices(previous, next);
  for (const key of keys) {
    const before = udpPorts(previous?.services.get(key));
    const after = udpPorts(next.services.get(key));
    for (const model of after) {
      const was = before.find((other) => isSamePort(other, model));
      if (losesFlows(was, model)) stale.push(...destinationsOf(model, serving(model)));
    }
    const went = before.filter((model) => !after.some((other) => isSamePort(other, model)));
    gone.push(...went.flatMap((model) => destinationsOf(model, new Set())));
  }
  return gone.length === 0 ? stale : [...stale, ...withoutTaken(gone, next)];
}

export function isStale(entry: ConntrackEntry, stale: StaleConntrack): boolean {
  return (
    entry.protocol === stale.protocol &&
    familyOf(entry.destination) === stale.family &&
    entry.destinationPort === stale.destinationPort &&
    (stale.destination === undefined || entry.destination === stale.destination) &&
    !stale.serving.includes(entry.replySource)
  );
}

function udpPorts(service: ServiceModel | undefined): readonly ServicePortModel[] {
  return service?.ports.filter(({ port }) => port.protocol === "udp") ?? [];
}

function isSamePort({ port }: ServicePortModel, other: ServicePortModel): boolean {
  return port.name === other.port.name;
}

function losesFlows(before: ServicePortModel | undefined, after: ServicePortModel): boolean {
  const [was, is] = [serving(before), serving(after)];
  const hasLost = [...was].some((text) => !is.has(text));
  return hasLost || (was.size === 0 && is.size > 0);
}

/** `gone` without what another Service has by now. */
function withoutTaken(gone: readonly StaleConntrack[], { services }: ClusterModel) {
  const place = ({ destination, destinationPort }: StaleConntrack): string =>
    `${destination} ${destinationPort}`;
  const taken = new Set(
    Array.from(services.values(), udpPorts)
      .flat()
      .flatMap((model) => destinationsOf(model, new Set()).map(place)),
  );
  return gone.filter((stale) => !taken.has(place(stale)));
}

/** By text. */
function serving(model: ServicePortModel | undefined): ReadonlySet<string> {
  const endpoints = model?.endpoints.filter((endpoint) => endpoint.serving) ?? [];
  return new Set(endpoints.map(({ text }) => text));
}

function destinationsOf(
  { port }: ServicePortModel,
  texts: ReadonlySet<string>,
): readonly StaleConntrack[] {
  const family = familyOf(port.clusterIP);
  const common = { protocol: "udp", family, serving: [...texts] } as const;
  const addresses = [port.clusterIP, ...port.loadBalancerVIPs, ...port.externalIPs];
  return [
    ...addresses.map((destination) => ({ ...common, destination, destinationPort: port.port })),
    ...(port.nodePort === undefined || texts.size === 0
      ? []
      : [{ ...common, destination: undefined, destinationPort: port.nodePort }]),
  ];
}
