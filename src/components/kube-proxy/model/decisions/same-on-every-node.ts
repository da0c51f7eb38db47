import type { ServiceModel } from "../cluster/cluster-model.ts";
import { usesLocalEndpoints } from "../services/service-port.ts";

/** Whether no rule of the Service asks which node this is: neither for local endpoints, nor hints, nor the node's address. */
export function isSameOnEveryNode({ ports }: ServiceModel): boolean {
  return ports.every(
    ({ port, endpoints }) =>
      !usesLocalEndpoints(port) &&
      port.sourceRanges.length === 0 &&
      endpoints.every(
        ({ zoneHints, nodeHints }) => zoneHints.length === 0 && nodeHints.length === 0,
      ),
  );
}
