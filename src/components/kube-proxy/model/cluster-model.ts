/**
 * Everything about Services and their endpoints that does not depend on the
 * node: computed once and shared by the kube-proxies of all nodes.
 *
 * A Service whose objects changed nothing that matters keeps its ServiceModel
 * from the model before, by identity. So "what changed since the last sync" is a
 * comparison of references, and adding something and deleting it again between
 * two syncs is no change at all.
 */
import { isDeepStrictEqual } from "node:util";
import { formatKey, keyOf } from "../../../api/meta.ts";
import type { EndpointSlice, Service } from "../../../api/service.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import {
  compareEndpoints,
  type Endpoint,
  SERVICE_NAME_LABEL,
  type SlicePort,
  slicePorts,
} from "./endpoint.ts";
import { type ServicePort, type ServicePortOptions, servicePorts } from "./service-port.ts";

export interface ServicePortModel {
  readonly port: ServicePort;
  /** In the order of rules. May hold one endpoint twice: see `withoutDuplicates`. */
  readonly endpoints: readonly Endpoint[];
}

export interface ServiceModel {
  /** `namespace/name`. */
  readonly key: string;
  readonly ports: readonly ServicePortModel[];
}

export interface ClusterModel {
  /** Those that kube-proxy serves, by key. The order is ours: kube-proxy's own is random. */
  readonly services: ReadonlyMap<string, ServiceModel>;
  /** Over all service ports; what decides about large-cluster mode. */
  readonly endpointCount: number;
  /** What each Service was made from, headless ones included, so that the next model need not make it again. */
  readonly sources: ReadonlyMap<string, Source>;
}

interface Source {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly model: ServiceModel;
}

export interface ClusterObjects {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

export function buildClusterModel(
  { services, slices }: ClusterObjects,
  options: ServicePortOptions,
  previous?: ClusterModel,
): ClusterModel {
  const slicesByService = groupSlices(slices);
  const sources = new Map<string, Source>();
  const models = new Map<string, ServiceModel>();
  for (const [key, service] of byKey(services)) {
    const before = previous?.sources.get(key);
    const own = slicesByService.get(key) ?? [];
    const source =
      before !== undefined && before.service === service && areSame(before.slices, own)
        ? before
        : { service, slices: own, model: modelService({ key, service, own }, options, before) };
    sources.set(key, source);
    if (source.model.ports.length > 0) models.set(key, source.model);
  }
  return { services: models, endpointCount: countEndpoints(models), sources };
}

/** The keys of Services that `next` has otherwise than `previous`, appeared and gone ones included. */
export function changedServices(previous: ClusterModel, next: ClusterModel): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [key, service] of next.services) {
    if (previous.services.get(key) !== service) changed.add(key);
  }
  for (const key of previous.services.keys()) {
    if (!next.services.has(key)) changed.add(key);
  }
  return changed;
}

function modelService(
  {
    key,
    service,
    own,
  }: {
    readonly key: string;
    readonly service: Service;
    readonly own: readonly EndpointSlice[];
  },
  options: ServicePortOptions,
  before: Source | undefined,
): ServiceModel {
  const offered = own.flatMap((slice) => portsOf(slice, options.family));
  const ports = servicePorts(service, options).map((port) => ({
    port,
    endpoints: offered
      .filter(({ portName, protocol }) => portName === port.portName && protocol === port.protocol)
      .flatMap(({ endpoints }) => endpoints)
      .sort(compareEndpoints),
  }));
  return before !== undefined && isDeepStrictEqual(before.model.ports, ports)
    ? before.model
    : { key, ports };
}

/** Objects are immutable, so what a slice says is worked out once. */
const slicePortsByFamily: {
  readonly [F in IpFamily]: WeakMap<EndpointSlice, readonly SlicePort[]>;
} = { ipv4: new WeakMap(), ipv6: new WeakMap() };

function portsOf(slice: EndpointSlice, family: IpFamily): readonly SlicePort[] {
  const known = slicePortsByFamily[family].get(slice);
  if (known !== undefined) return known;
  const ports = slicePorts(slice, family);
  slicePortsByFamily[family].set(slice, ports);
  return ports;
}

function byKey(services: readonly Service[]): ReadonlyArray<readonly [string, Service]> {
  return services
    .map((service) => [formatKey(keyOf(service)), service] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function groupSlices(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const name = slice.metadata.labels?.[SERVICE_NAME_LABEL];
    if (name === undefined) continue;
    const key = formatKey({ namespace: slice.metadata.namespace ?? "", name });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function areSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function countEndpoints(services: ReadonlyMap<string, ServiceModel>): number {
  let count = 0;
  for (const { ports } of services.values()) {
    for (const { endpoints } of ports) {
      count += endpoints.filter(({ text }, index) => endpoints[index - 1]?.text !== text).length;
    }
  }
  return count;
}
