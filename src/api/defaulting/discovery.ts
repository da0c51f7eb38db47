import type { EndpointPort, EndpointSlice, Endpoints } from "../objects/service.ts";

export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  return {
    ...slice,
    // `null` in manifests: a Service without endpoints has such slices.
    endpoints: (slice.endpoints ?? []).map((endpoint) => ({ conditions: {}, ...endpoint })),
    ports: (slice.ports ?? []).map((port) => ({ name: "", ...defaultProtocol(port) })),
  };
}

export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  if (endpoints.subsets === undefined) return endpoints;
  const subsets = endpoints.subsets.map((subset) => ({
    ...subset,
    ...(subset.ports && { ports: subset.ports.map(defaultProtocol) }),
  }));
  return { ...endpoints, subsets };
}

function defaultProtocol(port: EndpointPort): EndpointPort {
  return { ...port, protocol: port.protocol ?? "TCP" };
}
