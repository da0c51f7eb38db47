import { conditions, kindSchema, objectReference } from "./meta-schema.ts";
import {
  atomicStringMap,
  boolean,
  each,
  integer,
  integerOrString,
  list,
  object,
  type Schema,
  string,
  stringMap,
  strings,
} from "./schema.ts";

/** Told apart by port and protocol, so that DNS may have both; strategic merge patches know the port only. */
const servicePorts = list(
  object(
    {
      ...each(string, "name", "protocol", "appProtocol"),
      ...each(integer, "port", "nodePort"),
      targetPort: integerOrString,
    },
    { name: "core.v1.ServicePort", required: ["port"] },
  ),
  {
    listType: "map",
    listMapKeys: ["port", "protocol"],
    keyDefaults: { protocol: "TCP" },
    patchStrategy: "merge",
    patchMergeKey: "port",
  },
);

export const service: Schema = kindSchema({
  spec: object({
    ...each(
      string,
      "type",
      "clusterIP",
      "externalName",
      "externalTrafficPolicy",
      "internalTrafficPolicy",
      "ipFamilyPolicy",
      "loadBalancerClass",
      "loadBalancerIP",
      "sessionAffinity",
      "trafficDistribution",
    ),
    ...each(strings, "clusterIPs", "externalIPs", "ipFamilies", "loadBalancerSourceRanges"),
    ...each(boolean, "allocateLoadBalancerNodePorts", "publishNotReadyAddresses"),
    healthCheckNodePort: integer,
    selector: atomicStringMap,
    sessionAffinityConfig: object(
      {
        clientIP: object({ timeoutSeconds: integer }, { name: "core.v1.ClientIPConfig" }),
      },
      { name: "core.v1.SessionAffinityConfig" },
    ),
    ports: servicePorts,
  }),
  status: object({
    conditions,
    loadBalancer: object(
      {
        ingress: list(
          object(
            {
              ...each(string, "ip", "hostname", "ipMode"),
              ports: list(
                object(
                  { port: integer, ...each(string, "protocol", "error") },
                  { name: "core.v1.PortStatus", required: ["port", "protocol"] },
                ),
              ),
            },
            { name: "core.v1.LoadBalancerIngress" },
          ),
        ),
      },
      { name: "core.v1.LoadBalancerStatus" },
    ),
  }),
});

const slicePort = object(
  { ...each(string, "name", "protocol", "appProtocol"), port: integer },
  { name: "discovery.v1.EndpointPort", mapType: "atomic" },
);

function hintsFor(name: string): Schema {
  return list(object({ name: string }, { name, required: ["name"] }));
}

export const endpointSlice: Schema = kindSchema({
  addressType: string,
  endpoints: list(
    object(
      {
        addresses: list(string, { listType: "set" }),
        conditions: object(each(boolean, "ready", "serving", "terminating"), {
          name: "discovery.v1.EndpointConditions",
        }),
        ...each(string, "hostname", "nodeName", "zone"),
        targetRef: objectReference,
        deprecatedTopology: stringMap,
        hints: object(
          {
            forZones: hintsFor("discovery.v1.ForZone"),
            forNodes: hintsFor("discovery.v1.ForNode"),
          },
          { name: "discovery.v1.EndpointHints" },
        ),
      },
      { name: "discovery.v1.Endpoint", required: ["addresses"] },
    ),
  ),
  ports: list(slicePort),
});

const addresses = list(
  object(
    { ...each(string, "ip", "hostname", "nodeName"), targetRef: objectReference },
    { name: "core.v1.EndpointAddress", required: ["ip"], mapType: "atomic" },
  ),
);

const port = object(
  { ...each(string, "name", "protocol", "appProtocol"), port: integer },
  { name: "core.v1.EndpointPort", required: ["port"], mapType: "atomic" },
);

export const endpoints: Schema = kindSchema({
  subsets: list(
    object(
      { addresses, notReadyAddresses: addresses, ports: list(port) },
      { name: "core.v1.EndpointSubset" },
    ),
  ),
});
