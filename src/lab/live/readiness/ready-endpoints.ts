import type { EndpointSlice } from "../../../api/objects/service.ts";

/** Ready endpoints of a Service over all its slices, each address counted once. */
export function readyEndpoints(slices: readonly EndpointSlice[]): readonly string[] {
  const addresses = slices.flatMap(({ endpoints }) =>
    endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses: [address = ""] }) => address),
  );
  return [...new Set(addresses)].sort();
}
