/** The store of a cluster with what it holds from the start; the same for a lab and for one on paper. */

import { withServiceAccount } from "../../../api/pods/service-account-volume.ts";
import type { RequestOptions } from "../../../api/requests/request-options.ts";
import { createObject } from "../../../api/requests/requests.ts";
import type { Storage } from "../../../api/store/storage.ts";
import { Store } from "../../../api/store/store.ts";
import { seededRandom } from "../../../base/random.ts";
import { standardRoles } from "../../../components/api-server/authorization/standard-roles.ts";
import { createDefaultNamespaces } from "../../../components/namespace/default-namespaces.ts";
import { serviceAllocation } from "../../../components/service-ip/allocate-service.ts";
import type { Topology } from "../../../topology/topology.ts";
import { firstObjects } from "./first-objects.ts";

export interface ClusterStore {
  readonly store: Store;
  /** For requests of clients: gives Services their addresses and node ports. */
  readonly admission: RequestOptions;
}

/** Everything random comes from `seed`: names, uids, addresses of Services. */
export function newClusterStore({
  topology,
  seed,
  kept,
}: {
  readonly topology: Topology;
  readonly seed: number;
  /** Where it is kept, when that is not memory: empty, and at a revision. */
  readonly kept?: { readonly storage: Storage; readonly revision: number } | undefined;
}): ClusterStore {
  const volumeNames = seededRandom(`${seed} volumes`);
  const store = new Store({
    // Above all that an earlier lab has told its clients, unless it wrote a thousand times a second.
    firstRevision: kept?.revision ?? Date.now(),
    ...(kept && { storage: kept.storage }),
    randomFor: (prefix) => seededRandom(`${seed} ${prefix}`),
    newUid: uidFrom(seededRandom(`${seed} uids`)),
    admitPod: (pod, objects) => {
      const { namespace = "" } = pod.metadata;
      return withServiceAccount(pod, {
        account: (name) => objects.get("ServiceAccount", { namespace, name }),
        random: volumeNames,
      });
    },
  });
  const { cidrs, nodePortRange } = topology.services;
  const ranges = {
    cidrs,
    nodePorts: nodePortRange,
    reserved: new Map([[topology.dns.address, "kube-system/kube-dns"]]),
  };
  const random = seededRandom(`${seed} services`);
  const admission = { allocate: serviceAllocation(() => store.list("Service"), ranges, random) };
  createDefaultNamespaces(store);
  const first = firstObjects(topology);
  for (const node of first.nodes) store.create(node);
  store.create(first.serviceCIDR);
  createObject(store, first.service, admission);
  for (const object of first.endpoints) createObject(store, object);
  for (const object of standardRoles) createObject(store, object);
  return { store, admission };
}

/** UUIDs of version 4 in form, and the same in every run of one seed. */
function uidFrom(random: () => number): () => string {
  const hex = (digits: number): string => {
    let text = "";
    for (let digit = 0; digit < digits; digit++) text += Math.floor(random() * 16).toString(16);
    return text;
  };
  return () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}
