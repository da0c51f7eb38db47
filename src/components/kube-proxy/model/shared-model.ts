/**
 * One model for all nodes: the kube-proxies of a lab look at one store, so what one
 * of them works out at a revision is right for every other.
 */
import type { Store } from "../../../api/store.ts";
import { buildClusterModel, type ClusterModel } from "./cluster-model.ts";
import type { ServicePortOptions } from "./service-port.ts";

interface Remembered {
  readonly revision: string;
  readonly model: ClusterModel;
}

/** By store, then by what makes models of one store differ. */
const remembered = new WeakMap<Store, Map<string, Remembered>>();

/** The model of the store's present revision. A new revision costs only what its change touched. */
export function clusterModelOf(store: Store, options: ServicePortOptions): ClusterModel {
  const variants = remembered.get(store) ?? new Map<string, Remembered>();
  remembered.set(store, variants);
  const variant = `${options.family} ${options.loadBalancerIPMode}`;
  const last = variants.get(variant);
  const revision = store.resourceVersion;
  if (last?.revision === revision) return last.model;
  const objects = { services: store.list("Service"), slices: store.list("EndpointSlice") };
  const model = buildClusterModel(objects, options, last?.model);
  variants.set(variant, { revision, model });
  return model;
}
