import { isIPv6 } from "node:net";
import type { Labels } from "../../api/objects/meta.ts";
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSlice,
  EndpointSubset,
  Endpoints,
  SliceEndpoint,
} from "../../api/objects/service.ts";
import { newEndpointSlice } from "../../api/services/new-endpoint-slice.ts";
import {
  headlessLabel,
  managedByLabel,
  serviceNameLabel,
} from "../../api/services/service-endpoints.ts";

/** The value of the managed-by label on mirrored slices. */
export const mirroredBy = "endpointslicemirroring-controller.k8s.io";

/** Of one subset; the rest is not mirrored. */
const maxAddressesPerSubset = 1_000;

const noPorts: readonly EndpointPort[] = [];

/** The slices that say the same as Endpoints written by hand: one per subset and address family. */
export function mirroredSlices(endpoints: Endpoints): readonly EndpointSlice[] {
  return (endpoints.subsets ?? []).flatMap((subset) => {
    const all = subsetEndpoints(subset).slice(0, maxAddressesPerSubset);
    return (["IPv4", "IPv6"] as const).flatMap((addressType) => {
      const ofFamily = all.filter(
        ({ addresses: [ip = ""] }) => isIPv6(ip) === (addressType === "IPv6"),
      );
      return ofFamily.length === 0 ? [] : [mirroredSlice(endpoints, subset, addressType, ofFamily)];
    });
  });
}

function subsetEndpoints(subset: EndpointSubset): readonly SliceEndpoint[] {
  const { addresses = [], notReadyAddresses = [] } = subset;
  return [
    ...addresses.map((address) => mirroredEndpoint(address, true)),
    ...notReadyAddresses.map((address) => mirroredEndpoint(address, false)),
  ];
}

function mirroredEndpoint(
  { ip, hostname, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): SliceEndpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    ...(targetRef !== undefined && { targetRef }),
  };
}

function mirroredSlice(
  endpoints: Endpoints,
  { ports = noPorts }: EndpointSubset,
  addressType: "IPv4" | "IPv6",
  sliceEndpoints: readonly SliceEndpoint[],
): EndpointSlice {
  return newEndpointSlice(endpoints, {
    labels: mirroredLabels(endpoints),
    addressType,
    endpoints: sliceEndpoints,
    ports: ports.map((port) => ({ ...port, name: port.name ?? "" })),
  });
}

function mirroredLabels({ metadata }: Endpoints): Labels {
  const { [headlessLabel]: _headless, ...labels } = metadata.labels ?? {};
  return { ...labels, [serviceNameLabel]: metadata.name, [managedByLabel]: mirroredBy };
}
