/** What policies allow one pod, in one direction: the sum of all that select it. */
import { matchesSelector } from "../../api/label-selector.ts";
import type { NetworkPolicy, NetworkPolicyPort } from "../../api/objects/networking.ts";
import type { Allowed, AllowRule } from "./allow-rule.ts";
import { type NamedPort, portsOf, portsOfPeers } from "./named-ports.ts";
import type { PolicyPod } from "./pod-view.ts";
import { numbered } from "./port-match.ts";
import { type PolicyCluster, type ResolvedPeers, resolvePeers, setsOf } from "./resolve-peers.ts";

export type Direction = "ingress" | "egress";

/** A rule as both directions have it. */
interface Rule {
  readonly peers: NonNullable<NetworkPolicy["spec"]["ingress"]>[number]["from"];
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

/** Undefined for a pod that no policy of this direction selects: it may do everything. */
export function podRules(
  pod: PolicyPod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
  cluster: PolicyCluster,
): readonly AllowRule[] | undefined {
  const selecting = selectingPolicies(pod, direction, policies);
  if (selecting.length === 0) return undefined;
  const named = direction === "ingress" ? portsOf(pod, cluster) : portsOfPeers(cluster);
  return selecting.flatMap((policy) => policyRules(policy, direction, cluster, named));
}

/** Those of its namespace that select it and are about this direction. */
export function selectingPolicies(
  pod: PolicyPod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
): readonly NetworkPolicy[] {
  return policies.filter((policy) => selects(policy, pod) && governs(policy, direction));
}

/** What one policy allows. */
export function policyRules(
  policy: NetworkPolicy,
  direction: Direction,
  cluster: PolicyCluster,
  named: NamedPort,
): readonly AllowRule[] {
  const { namespace = "", name } = policy.metadata;
  return rulesOf(policy, direction).flatMap(({ peers, ports }, index) => {
    const comment = `${namespace}/${name}, ${direction} rule ${index + 1}`;
    const resolved = resolvePeers(peers, namespace, cluster);
    const matches = ports === undefined || ports.length === 0 ? [undefined] : ports;
    return matches.flatMap((port) =>
      allow(port, resolved, { cluster, named }).map((allowed) => ({ comment, ...allowed })),
    );
  });
}

export function selects(
  { metadata, spec }: NetworkPolicy,
  { namespace, labels }: PolicyPod,
): boolean {
  return metadata.namespace === namespace && matchesSelector(spec.podSelector, labels);
}

/** Left out, it is Ingress, and Egress where there are rules for it. */
function governs({ spec }: NetworkPolicy, direction: Direction): boolean {
  const { policyTypes = ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])] } = spec;
  return policyTypes.includes(direction === "ingress" ? "Ingress" : "Egress");
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly Rule[] {
  return direction === "ingress"
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

function allow(
  port: NetworkPolicyPort | undefined,
  peers: ResolvedPeers | undefined,
  { cluster, named }: { readonly cluster: PolicyCluster; readonly named: NamedPort },
): readonly Allowed[] {
  const protocol = port?.protocol ?? "TCP";
  if (typeof port?.port === "string") return named(port.port, protocol, peers);
  return setsOf(peers, cluster).map((set) => ({
    peers: set,
    match: port && numbered(port, protocol),
  }));
}
