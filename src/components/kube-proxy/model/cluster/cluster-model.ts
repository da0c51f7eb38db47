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
import { formatKey, keyOf } from "../../../../api/objects/meta.ts";
import type { EndpointSlice, Service } from "../../../../api/objects/service.ts";
import type { IpFamily } from "../../../../net/ip-address.ts";
import {
  compareEndpoints,
  type Endpoint,
  SERVICE_NAME_LABEL,
  type SlicePort,
  slicePorts,
  withoutDuplicates,
} from "../services/endpoint.ts";
import {
  type ServicePort,
  type ServicePortOptions,
  servicePorts,
} from "../services/service-port.ts";
import { patchMap } from "./patched-map.ts";

export interface ServicePortModel {
  readonly port: ServicePort;
  /** In the order of rules, each once. */
  readonly endpoints: readonly Endpoint[];
}

export interface ServiceModel {
  /** `namespace/name`. */
  readonly key: string;
  readonly ports: readonly ServicePortModel[];
  /** Of a Service with a healthCheckNodePort: the endpoints of all ports of its slices, those that it lacks itself included. */
  readonly healthChecked?: readonly Endpoint[];
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
  let endpointCount = 0;
  for (const [key, service] of byKey(services)) {
    const before = previous?.sources.get(key);
    const own = slicesByService.get(key) ?? [];
    const source = sourceOf({ key, service, own }, options, before);
    sources.set(key, source);
    if (source.model.ports.length > 0) models.set(key, source.model);
    endpointCount += countEndpoints(source.model);
  }
  return { services: models, endpointCount, sources };
}

/** What one Service is made from now. */
export interface ServiceObjects {
  /** Undefined when there is none. */
  readonly service: Service | undefined;
  /** In order. */
  readonly slices: readonly EndpointSlice[];
}

/** `previous` with these Services as they are now, by key: what {@link buildClusterModel} makes of all objects. */
export function updateClusterModel(
  previous: ClusterModel,
  objects: ReadonlyMap<string, ServiceObjects>,
  options: ServicePortOptions,
): ClusterModel {
  const sources = new Map<string, Source | undefined>();
  const models = new Map<string, ServiceModel | undefined>();
  let { endpointCount } = previous;
  for (const [key, { service, slices: own }] of objects) {
    const before = previous.sources.get(key);
    const source = service && sourceOf({ key, service, own }, options, before);
    const model = source && source.model.ports.length > 0 ? source.model : undefined;
    sources.set(key, source);
    if (model !== previous.services.get(key)) models.set(key, model);
    endpointCount += countEndpoints(source?.model) - countEndpoints(before?.model);
  }
  const next: ClusterModel = {
    services: patchInOrder(previous.services, models),
    endpointCount,
    sources: patchInOrder(previous.sources, sources),
  };
  knownChanges.set(next, new WeakMap([[previous, new Set(models.keys())]]));
  return next;
}

/** By the later model, then by the earlier: ten nodes ask about the same step. */
const knownChanges = new WeakMap<ClusterModel, WeakMap<ClusterModel, ReadonlySet<string>>>();

/** The keys of Services that `next` has otherwise than `previous`, appeared and gone ones included. */
export function changedServices(previous: ClusterModel, next: ClusterModel): ReadonlySet<string> {
  const changesTo = knownChanges.get(next) ?? new WeakMap<ClusterModel, ReadonlySet<string>>();
  knownChanges.set(next, changesTo);
  const changed = changesTo.get(previous) ?? compare(previous, next);
  changesTo.set(previous, changed);
  return changed;
}

function compare(previous: ClusterModel, next: ClusterModel): ReadonlySet<string> {
  const changed = new Set<string>();
  if (previous === next) return changed;
  for (const [key, service] of next.services) {
    if (previous.services.get(key) !== service) changed.add(key);
  }
  for (const key of previous.services.keys()) {
    if (!next.services.has(key)) changed.add(key);
  }
  return changed;
}

/** The same source, where nothing that it was made from is another object. */
function sourceOf(
  made: Parameters<typeof modelService>[0],
  options: ServicePortOptions,
  before: Source | undefined,
): Source {
  const { service, own } = made;
  if (before !== undefined && before.service === service && areSame(before.slices, own)) {
    return before;
  }
  return { service, slices: own, model: modelService(made, options, before) };
}

/** What is new stands last in a patched map, wherever it belongs. */
function patchInOrder<T extends object>(
  map: ReadonlyMap<string, T>,
  changes: ReadonlyMap<string, T | undefined>,
): ReadonlyMap<string, T> {
  const patched = patchMap(map, changes);
  const isNew = (key: string): boolean => patched.has(key) && !map.has(key);
  return [...changes.keys()].some(isNew) ? new Map([...patched].sort(compareKeys)) : patched;
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
    endpoints: endpointsFor(port, offered),
  }));
  const isChecked = ports[0]?.port.healthCheckNodePort !== undefined;
  const all = isChecked && offered.flatMap(({ endpoints }) => endpoints).sort(compareEndpoints);
  const model = { key, ports, ...(all && { healthChecked: withoutDuplicates(all) }) };
  return before !== undefined && isDeepStrictEqual(before.model, model) ? before.model : model;
}

/** In order, each once. */
function endpointsFor(
  { portName, protocol }: ServicePort,
  offered: readonly SlicePort[],
): readonly Endpoint[] {
  const fitting = offered.filter(
    (slice) => slice.portName === portName && slice.protocol === protocol,
  );
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined && isInOrder(only.endpoints))
    return only.endpoints;
  return withoutDuplicates(fitting.flatMap(({ endpoints }) => endpoints).sort(compareEndpoints));
}

function isInOrder(endpoints: readonly Endpoint[]): boolean {
  return endpoints.every((endpoint, index) => {
    const before = endpoints[index - 1];
    return before === undefined || compareEndpoints(before, endpoint) < 0;
  });
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
  return services.map((service) => [formatKey(keyOf(service)), service] as const).sort(compareKeys);
}

function compareKeys([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The key of the Service that a slice says it belongs to. */
export function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? undefined : formatKey({ namespace: metadata.namespace ?? "", name });
}

function groupSlices(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = serviceKeyOf(slice);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function areSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function countEndpoints(model: ServiceModel | undefined): number {
  return model?.ports.reduce((sum, { endpoints }) => sum + endpoints.length, 0) ?? 0;
}
