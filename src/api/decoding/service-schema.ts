import { conditions, kindSchema, objectReference } from "./meta-schema.ts";
import {
  any,
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
    selector: stringMap,
    sessionAffinityConfig: object({ clientIP: object({ timeoutSeconds: integer }) }),
    ports: list(
      object({
        ...each(string, "name", "protocol", "appProtocol"),
        ...each(integer, "port", "nodePort"),
        targetPort: integerOrString,
      }),
    ),
  }),
  status: object({
    conditions,
    loadBalancer: object({
      ingress: list(object({ ...each(string, "ip", "hostname", "ipMode"), ports: any })),
    }),
  }),
});

const port = object({ ...each(string, "name", "protocol", "appProtocol"), port: integer });

export const endpointSlice: Schema = kindSchema({
  addressType: string,
  endpoints: list(
    object({
      addresses: strings,
      conditions: object(each(boolean, "ready", "serving", "terminating")),
      ...each(string, "hostname", "nodeName", "zone"),
      targetRef: objectReference,
      deprecatedTopology: stringMap,
      hints: object(each(list(object({ name: string })), "forZones", "forNodes")),
    }),
  ),
  ports: list(port),
});

const addresses = list(
  object({ ...each(string, "ip", "hostname", "nodeName"), targetRef: objectReference }),
);

export const endpoints: Schema = kindSchema({
  subsets: list(object({ addresses, notReadyAddresses: addresses, ports: list(port) })),
});
