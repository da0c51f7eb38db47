import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { Labels, ObjectKey } from "../../api/objects/meta.ts";
import type { Endpoints, Service } from "../../api/objects/service.ts";
import { isNamespaceTerminating } from "../../api/requests/deletion.ts";
import {
  endpointLabels,
  hasSelector,
  headlessLabel,
  selects,
} from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { endpointSubsets } from "./subsets.ts";
import { overCapacityAnnotation, truncateSubsets } from "./truncate.ts";

/** Keeps the Endpoints of one Service equal to the pods that its selector finds. */
export function reconcileEndpoints(store: Store): Reconcile {
  return (key) => {
    const service = store.get("Service", key);
    if (service === undefined) {
      // Those written by hand for it are gone with it as well, as upstream.
      store.remove("Endpoints", key);
      return {};
    }
    if (service.spec.type === "ExternalName" || !hasSelector(service)) return {};
    const existing = store.get("Endpoints", key);
    const wanted = endpointsOf(store, service, key, existing);
    if (existing !== undefined) store.update(wanted);
    else if (!isNamespaceTerminating(store, key.namespace)) store.create(wanted);
    return {};
  };
}

function endpointsOf(
  store: Store,
  service: Service,
  { namespace, name }: ObjectKey,
  existing: Endpoints | undefined,
): Endpoints {
  const pods = store.list("Pod", namespace).filter((pod) => selects(service, pod));
  const { subsets, isTruncated } = truncateSubsets(endpointSubsets(service, pods));
  const { labels: _labels, annotations, ...metadata } = existing?.metadata ?? { namespace, name };
  const labels = endpointLabels(service, [headlessLabel]);
  const noted = withCapacity(annotations ?? {}, isTruncated);
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...metadata,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(noted).length > 0 && { annotations: noted }),
    },
    ...(subsets.length > 0 && { subsets }),
  };
}

function withCapacity(annotations: Labels, isTruncated: boolean): Labels {
  const { [overCapacityAnnotation]: _previous, ...others } = annotations;
  return isTruncated ? { ...others, [overCapacityAnnotation]: "truncated" } : others;
}
