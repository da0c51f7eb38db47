/**
 * discovery.k8s.io/v1beta1, which a kube-proxy before 1.21 asks for. Where an endpoint is was told by labels of its node
 * then, in a map, and is by fields now.
 */
import { isRecord } from "../../../api/decoding/check-schema.ts";
import { kindSchemas } from "../../../api/decoding/kind-schemas.ts";
import { type Schema, stringMap } from "../../../api/decoding/schema.ts";
import { type Resource, storedResource } from "./resource.ts";

type Loose = Readonly<Record<string, unknown>>;

const version = "v1beta1";
const hostname = "kubernetes.io/hostname";
const zoneLabel = "topology.kubernetes.io/zone";

export const endpointSlicesV1beta1: Resource = {
  ...storedResource("EndpointSlice"),
  version,
  conversion: {
    schema: oldSchema(),
    toWire: (stored) => ({
      ...mapEndpoints(stored, toOld),
      apiVersion: `discovery.k8s.io/${version}`,
    }),
    fromWire: (input) => ({ ...mapEndpoints(input, toNew), apiVersion: "discovery.k8s.io/v1" }),
  },
};

function oldSchema(): Schema {
  const { EndpointSlice: slice } = kindSchemas;
  const endpoints = slice.type === "object" ? slice.fields["endpoints"] : undefined;
  if (slice.type !== "object" || endpoints?.type !== "list") return slice;
  const { items: endpoint } = endpoints;
  if (endpoint.type !== "object") return slice;
  const { zone: _zone, deprecatedTopology: topology = stringMap, ...kept } = endpoint.fields;
  const items = {
    ...endpoint,
    fields: { ...kept, topology },
    name: `discovery.${version}.Endpoint`,
  };
  return { ...slice, fields: { ...slice.fields, endpoints: { ...endpoints, items } } };
}

function mapEndpoints<T extends object>(slice: T, change: (endpoint: Loose) => Loose): T {
  const { endpoints } = slice as { readonly endpoints?: unknown };
  if (!Array.isArray(endpoints)) return slice;
  return {
    ...slice,
    endpoints: endpoints.map((each: unknown) => (isRecord(each) ? change(each) : each)),
  };
}

function toOld({ zone, deprecatedTopology, ...endpoint }: Loose): Loose {
  const { nodeName } = endpoint;
  const topology = {
    ...(isRecord(deprecatedTopology) && deprecatedTopology),
    ...(nodeName !== undefined && { [hostname]: nodeName }),
    ...(zone !== undefined && { [zoneLabel]: zone }),
  };
  return { ...endpoint, ...(Object.keys(topology).length > 0 && { topology }) };
}

function toNew({ topology, ...endpoint }: Loose): Loose {
  if (!isRecord(topology)) return endpoint;
  const { [hostname]: nodeName, [zoneLabel]: zone, ...others } = topology;
  return {
    ...(nodeName !== undefined && { nodeName }),
    ...(zone !== undefined && { zone }),
    ...(Object.keys(others).length > 0 && { deprecatedTopology: others }),
    ...endpoint,
  };
}
