/** One object of the files, put into a store on paper as an API server would take it. */
import { ApiError } from "../../api/errors/api-error.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { keyOf } from "../../api/objects/meta.ts";
import type { Service } from "../../api/objects/service.ts";
import type { RequestOptions } from "../../api/requests/request-options.ts";
import { createObject } from "../../api/requests/requests.ts";
import type { Store } from "../../api/store/store.ts";
import { PodwireError, type SourceLocation } from "../../base/podwire-error.ts";
import { contains } from "../../net/cidr.ts";
import { parseIpAddress } from "../../net/ip-address.ts";
import type { ServiceNetwork, Topology } from "../../topology/topology.ts";

/** An API server would refuse an object, for what others there are. */
export class RefusedManifestError extends PodwireError {
  readonly code = "DRAW_REFUSED";
  readonly exitCode = 2;
}

export interface DrawnManifest {
  readonly object: AnyObject;
  /** Undefined for what podwire itself adds. */
  readonly location: SourceLocation | undefined;
}

/** @throws RefusedManifestError with its place, such as for a node port out of range. */
export function drawManifest(
  { object, location }: DrawnManifest,
  {
    store,
    topology: { services },
    admission,
  }: { readonly store: Store; readonly topology: Topology; readonly admission: RequestOptions },
): void {
  const isForeign = object.kind === "Service" && isOfAnotherCluster(object, services);
  const key = keyOf(object);
  // Objects read from a cluster bring along what every cluster has from the start.
  if (store.get(object.kind, key) !== undefined) store.remove(object.kind, key);
  try {
    createObject(store, object, isForeign ? {} : admission);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new RefusedManifestError(error.message, { location, cause: error });
  }
}

/** Whoever gave it its ClusterIP has other blocks and ports: it stays as it is, drawn and not created. */
function isOfAnotherCluster(
  { spec: { clusterIP = "", clusterIPs = [clusterIP], ports = [] } }: Service,
  { cidrs, nodePortRange: { first, last } }: ServiceNetwork,
): boolean {
  const addresses = clusterIPs.flatMap((text) => parseIpAddress(text) ?? []);
  const isForeignPort = ({ nodePort = 0 }): boolean =>
    nodePort !== 0 && (nodePort < first || nodePort > last);
  return (
    addresses.some((address) => !cidrs.some((block) => contains(block, address))) ||
    (addresses.length > 0 && ports.some(isForeignPort))
  );
}
