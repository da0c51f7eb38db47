/**
 * One model for all nodes: the kube-proxies of a lab look at one store, so what one
 * of them works out at a revision is right for every other.
 */

import { formatKey, keyOf, parseKey } from "../../../../api/objects/meta.ts";
import type { EndpointSlice } from "../../../../api/objects/service.ts";
import type { Store } from "../../../../api/store/store.ts";
import type { ServicePortOptions } from "../services/service-port.ts";
import {
  buildClusterModel,
  type ClusterModel,
  serviceKeyOf,
  updateClusterModel,
} from "./cluster-model.ts";

interface Remembered {
  readonly revision: string;
  readonly model: ClusterModel;
}

/** By store, then by what makes models of one store differ. */
const remembered = new WeakMap<Store, Map<string, Remembered>>();

/** Where more Services than one in so many changed, looking at all of them is no more work. */
const FEW = 8;

/** The model of the store's present revision. A new revision costs only what its change touched. */
export function clusterModelOf(store: Store, options: ServicePortOptions): ClusterModel {
  const variants = remembered.get(store) ?? new Map<string, Remembered>();
  remembered.set(store, variants);
  const variant = `${options.family} ${options.loadBalancerIPMode}`;
  const last = variants.get(variant);
  const revision = store.resourceVersion;
  if (last?.revision === revision) return last.model;
  const model = nextModel(store, options, last);
  variants.set(variant, { revision, model });
  return model;
}

function nextModel(
  store: Store,
  options: ServicePortOptions,
  last: Remembered | undefined,
): ClusterModel {
  const touched = last && touchedSince(store, last.revision);
  if (last === undefined || touched === undefined || touched.size * FEW > last.model.sources.size) {
    const objects = { services: store.list("Service"), slices: store.list("EndpointSlice") };
    return buildClusterModel(objects, options, last?.model);
  }
  if (touched.size === 0) return last.model;
  const objects = Array.from(touched, ([key, slices]) => {
    const service = store.get("Service", parseKey(key));
    return [key, { service, slices: slicesOf(key, store, last.model, slices) }] as const;
  });
  return updateClusterModel(last.model, new Map(objects), options);
}

/** By key of a Service whose objects were written since, the keys of slices among them; undefined when that is forgotten. */
function touchedSince(
  store: Store,
  revision: string,
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const events = store.changesSince(revision);
  if (events === undefined) return undefined;
  const touched = new Map<string, Set<string>>();
  const slicesFor = (service: string): Set<string> => {
    const slices = touched.get(service) ?? new Set();
    touched.set(service, slices);
    return slices;
  };
  // A slice that changes its label has been of two Services.
  for (const object of events.flatMap(({ object, previous = object }) => [object, previous])) {
    if (object.kind === "Service") slicesFor(formatKey(keyOf(object)));
    if (object.kind !== "EndpointSlice") continue;
    const service = serviceKeyOf(object);
    if (service !== undefined) slicesFor(service).add(formatKey(keyOf(object)));
  }
  return touched;
}

/** Those of a Service: which the last model had or that were written since. In order. */
function slicesOf(
  key: string,
  store: Store,
  last: ClusterModel,
  touched: ReadonlySet<string>,
): readonly EndpointSlice[] {
  const source = last.sources.get(key);
  const isOwn = (slice: EndpointSlice): boolean => serviceKeyOf(slice) === key;
  // The model knows nothing of slices whose Service was not there.
  if (source === undefined) {
    return store.list("EndpointSlice", parseKey(key).namespace).filter(isOwn);
  }
  const keys = new Set([...source.slices.map((slice) => formatKey(keyOf(slice))), ...touched]);
  return [...keys]
    .sort()
    .flatMap((each) => store.get("EndpointSlice", parseKey(each)) ?? [])
    .filter(isOwn);
}
