import type { Service, SliceEndpoint } from "../../api/objects/service.ts";

/**
 * Where an endpoint's traffic should come from, by `spec.trafficDistribution`.
 * Only a ready endpoint is preferred by anybody; kube-proxy ignores the hints
 * unless all ready endpoints have them.
 */
export function withTrafficHints(endpoint: SliceEndpoint, { spec }: Service): SliceEndpoint {
  const { trafficDistribution } = spec;
  const { conditions, zone, nodeName } = endpoint;
  if (trafficDistribution === undefined || conditions?.ready !== true || zone === undefined) {
    return endpoint;
  }
  const forZones = [{ name: zone }];
  if (trafficDistribution !== "PreferSameNode" || nodeName === undefined) {
    return { ...endpoint, hints: { forZones } };
  }
  return { ...endpoint, hints: { forZones, forNodes: [{ name: nodeName }] } };
}
