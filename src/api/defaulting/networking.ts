import type { NetworkPolicy, NetworkPolicyPort } from "../objects/networking.ts";

/** A policy is about what comes in; and about what goes out when it has rules for that. */
export function defaultNetworkPolicy(policy: NetworkPolicy): NetworkPolicy {
  const { policyTypes, ingress, egress } = policy.spec;
  const implied = (egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  return {
    ...policy,
    spec: {
      ...policy.spec,
      policyTypes: policyTypes === undefined || policyTypes.length === 0 ? implied : policyTypes,
      ...(ingress && { ingress: ingress.map(defaultRule) }),
      ...(egress && { egress: egress.map(defaultRule) }),
    },
  };
}

function defaultRule<T extends { readonly ports?: readonly NetworkPolicyPort[] }>(rule: T): T {
  if (rule.ports === undefined) return rule;
  return { ...rule, ports: rule.ports.map((port) => ({ protocol: "TCP", ...port })) };
}
