import { conditions, kindSchema, labelSelector } from "./meta-schema.ts";
import {
  each,
  integer,
  integerOrString,
  list,
  object,
  type Schema,
  string,
  strings,
  time,
} from "./schema.ts";

const ports = list(
  object(
    { protocol: string, port: integerOrString, endPort: integer },
    { name: "networking.v1.NetworkPolicyPort" },
  ),
);

const peers = list(
  object(
    {
      ...each(labelSelector, "podSelector", "namespaceSelector"),
      ipBlock: object(
        { cidr: string, except: strings },
        { name: "networking.v1.IPBlock", required: ["cidr"] },
      ),
    },
    { name: "networking.v1.NetworkPolicyPeer" },
  ),
);

export const networkPolicy: Schema = kindSchema({
  spec: object(
    {
      podSelector: labelSelector,
      policyTypes: strings,
      ingress: list(
        object({ from: peers, ports }, { name: "networking.v1.NetworkPolicyIngressRule" }),
      ),
      egress: list(object({ to: peers, ports }, { name: "networking.v1.NetworkPolicyEgressRule" })),
    },
    { name: "networking.v1.NetworkPolicySpec", required: ["podSelector"] },
  ),
});

export const serviceCIDR: Schema = kindSchema({
  spec: object({ cidrs: strings }, { name: "networking.v1.ServiceCIDRSpec" }),
  status: object({ conditions }, { name: "networking.v1.ServiceCIDRStatus" }),
});

export const lease: Schema = kindSchema({
  spec: object(
    {
      ...each(string, "holderIdentity", "strategy", "preferredHolder"),
      ...each(integer, "leaseDurationSeconds", "leaseTransitions"),
      ...each(time, "acquireTime", "renewTime"),
    },
    { name: "coordination.v1.LeaseSpec" },
  ),
});
