import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";
import type { EndpointSlice } from "../../api/objects/service.ts";
import { isNamespaceTerminating } from "../../api/requests/deletion.ts";
import {
  hasSelector,
  managedByLabel,
  serviceNameLabel,
  skipMirrorLabel,
} from "../../api/services/service-endpoints.ts";
import type { Store } from "../../api/store/store.ts";
import { mirroredBy, mirroredSlices } from "./mirror.ts";

/** Copies Endpoints that were written by hand into slices, and takes the copies away with them. */
export function reconcileMirror(store: Store): Reconcile {
  return (key) => {
    const existing = store
      .list("EndpointSlice", key.namespace)
      .filter((slice) => serviceOfMirror(slice).some(({ name }) => name === key.name));
    const wanted = shouldMirror(store, key) ? wantedSlices(store, key) : [];
    const unclaimed = [...existing];
    for (const slice of wanted) {
      const index = unclaimed.findIndex((each) => contentKey(each) === contentKey(slice));
      const [reused] = index === -1 ? [] : unclaimed.splice(index, 1);
      write(store, slice, reused);
    }
    for (const { metadata } of unclaimed) {
      store.remove("EndpointSlice", { namespace: key.namespace, name: metadata.name });
    }
    return {};
  };
}

function write(store: Store, slice: EndpointSlice, reused: EndpointSlice | undefined): void {
  const { labels = {}, namespace = "" } = slice.metadata;
  if (reused !== undefined) {
    store.update({ ...slice, metadata: { ...reused.metadata, labels } });
  } else if (!isNamespaceTerminating(store, namespace)) store.create(slice);
}

/** The Service that a mirrored slice is of, if it is one. */
export function serviceOfMirror({ metadata }: EndpointSlice): readonly ObjectKey[] {
  const { labels = {}, namespace = "" } = metadata;
  const name = labels[serviceNameLabel];
  return name === undefined || labels[managedByLabel] !== mirroredBy ? [] : [{ namespace, name }];
}

function shouldMirror(store: Store, key: ObjectKey): boolean {
  const service = store.get("Service", key);
  const endpoints = store.get("Endpoints", key);
  if (service === undefined || endpoints === undefined || hasSelector(service)) return false;
  return endpoints.metadata.labels?.[skipMirrorLabel] !== "true";
}

function wantedSlices(store: Store, key: ObjectKey): readonly EndpointSlice[] {
  const endpoints = store.get("Endpoints", key);
  return endpoints === undefined ? [] : mirroredSlices(endpoints);
}

/** A slice can be reused for the same ports and family: its addresses may change, its kind of content not. */
function contentKey({ addressType, ports }: EndpointSlice): string {
  const sorted = ports.map(({ name, port, protocol }) => JSON.stringify([name, port, protocol]));
  return `${addressType} ${sorted.sort().join()}`;
}
