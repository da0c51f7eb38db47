import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Labels, ObjectKey } from "../../api/objects/meta.ts";
import type { EndpointSlice, Service } from "../../api/objects/service.ts";
import { isNamespaceTerminating } from "../../api/requests/deletion.ts";
import { newEndpointSlice } from "../../api/services/new-endpoint-slice.ts";
import {
  endpointLabels,
  hasSelector,
  headlessLabel,
  managedByLabel,
  selects,
  serviceNameLabel,
} from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { desiredEndpoints } from "./desired-endpoints.ts";
import { planSlices } from "./plan-slices.ts";
import type { SliceFamily } from "./pod-endpoint.ts";

/** The value of the managed-by label on this controller's slices. */
const managedBy = "endpointslice-controller.k8s.io";

const defaultMaxEndpoints = 100;

export interface EndpointSliceOptions {
  readonly store: Store;
  /** @default 100 */
  readonly maxEndpointsPerSlice?: number;
}

/** Keeps the slices of one Service equal to the pods that its selector finds. */
export function reconcileEndpointSlices({
  store,
  maxEndpointsPerSlice = defaultMaxEndpoints,
}: EndpointSliceOptions): Reconcile {
  return (key) => {
    const service = store.get("Service", key);
    const managed = managedSlices(store, key);
    if (service === undefined) {
      removeAll(store, managed);
      return {};
    }
    // An ExternalName leads out of the cluster. What an earlier type left behind stays, as upstream.
    if (service.spec.type === "ExternalName" || !hasSelector(service)) return {};
    const families: readonly string[] = familiesOf(service);
    for (const family of familiesOf(service)) {
      const existing = managed.filter(({ addressType }) => addressType === family);
      syncFamily(store, service, { family, existing, maxEndpoints: maxEndpointsPerSlice });
    }
    removeAll(
      store,
      managed.filter(({ addressType }) => !families.includes(addressType)),
    );
    return {};
  };
}

interface OfFamily {
  readonly family: SliceFamily;
  /** The slices of this controller. */
  readonly existing: readonly EndpointSlice[];
  /** In one slice. */
  readonly maxEndpoints: number;
}

function syncFamily(
  store: Store,
  service: Service,
  { family, existing, maxEndpoints }: OfFamily,
): void {
  const { namespace = "" } = service.metadata;
  const pods = store.list("Pod", namespace).filter((pod) => selects(service, pod));
  const nodeNamed = (name: string): Node | undefined => store.get("Node", { namespace: "", name });
  const desired = desiredEndpoints(service, pods, nodeNamed, family);
  const labels = sliceLabels(service);
  const plan = planSlices(existing, desired, labels, maxEndpoints);
  // Nothing new comes into a namespace that is ending.
  const create = isNamespaceTerminating(store, namespace) ? [] : plan.create;
  for (const group of create) {
    store.create(newEndpointSlice(service, { addressType: family, labels, ...group }));
  }
  for (const slice of plan.update) store.update(slice);
  removeAll(store, plan.remove);
}

/** The Service that a slice of this controller is of, if it is one. */
export function serviceOfSlice({ metadata }: EndpointSlice): readonly ObjectKey[] {
  const { labels = {}, namespace = "" } = metadata;
  const name = labels[serviceNameLabel];
  return name === undefined || labels[managedByLabel] !== managedBy ? [] : [{ namespace, name }];
}

function managedSlices(store: Store, { namespace, name }: ObjectKey): readonly EndpointSlice[] {
  return store
    .list("EndpointSlice", namespace)
    .filter((slice) => serviceOfSlice(slice).some((service) => service.name === name));
}

function familiesOf({ spec }: Service): readonly SliceFamily[] {
  const { ipFamilies = [], clusterIP = "" } = spec;
  if (ipFamilies.length > 0) return ipFamilies;
  return clusterIP.includes(":") ? ["IPv6"] : ["IPv4"];
}

function sliceLabels(service: Service): Labels {
  return {
    ...endpointLabels(service, [serviceNameLabel, managedByLabel, headlessLabel]),
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: managedBy,
  };
}

function removeAll(store: Store, slices: readonly EndpointSlice[]): void {
  for (const { metadata } of slices) {
    store.remove("EndpointSlice", { namespace: metadata.namespace ?? "", name: metadata.name });
  }
}
