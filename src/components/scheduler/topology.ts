/** Where other pods let a pod go: spread constraints, and affinity between pods. After kube-scheduler's plugins. */

import { matchesSelector } from "../../api/label-selector.ts";
import { matchesNodeRequirements } from "../../api/nodes/node-affinity.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { isPodTerminating } from "../../api/pods/pod-state.ts";
import type { Occupancy } from "./occupancy.ts";
import {
  type AffinityTerm,
  affinityTermsOf,
  antiAffinityTermsOf,
  spreadConstraintsOf,
} from "./pod-affinity.ts";
import { curable, incurable, type Refusal } from "./refusal.ts";

export interface TopologyRules {
  readonly refusalOf: (node: Node) => Refusal | undefined;
}

/** Looks at the cluster once, and then answers for each node. */
export function topologyRulesOf(
  pod: Pod,
  nodes: readonly Node[],
  occupancy: Occupancy,
): TopologyRules {
  const rules = [
    ...spreadRules(pod, nodes, occupancy),
    ...affinityRules(pod, nodes, occupancy),
    ...antiAffinityRules(pod, nodes, occupancy),
    ...existingAntiAffinityRules(pod, nodes, occupancy),
  ];
  return {
    refusalOf: (node) => {
      for (const rule of rules) {
        const refusal = rule(node);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

type Rule = (node: Node) => Refusal | undefined;

function spreadRules(pod: Pod, nodes: readonly Node[], occupancy: Occupancy): readonly Rule[] {
  const mismatch = "node(s) didn't match pod topology spread constraints";
  return spreadConstraintsOf(pod).map(({ topologyKey, labelSelector, maxSkew }): Rule => {
    // Nodes that the pod could not use anyway do not count as places to spread over.
    const eligible = nodes.filter((node) => matchesNodeRequirements(node, pod.spec));
    const term = { topologyKey, ...(labelSelector && { labelSelector }) };
    const counts = countByDomain(term, pod, { nodes: eligible, occupancy });
    const fewest = Math.min(...counts.values());
    const self = matchesSelector(labelSelector, pod.metadata.labels) ? 1 : 0;
    return (node) => {
      const domain = domainOf(node, topologyKey);
      if (domain === undefined) return incurable(`${mismatch} (missing required label)`);
      const skew = (counts.get(domain) ?? 0) + self - fewest;
      return skew > maxSkew ? curable(mismatch) : undefined;
    };
  });
}

function affinityRules(pod: Pod, nodes: readonly Node[], occupancy: Occupancy): readonly Rule[] {
  return affinityTermsOf(pod).map((term): Rule => {
    const counts = countByDomain(term, pod, { nodes, occupancy });
    const isAnywhere = [...counts.values()].some((count) => count > 0);
    // The first of a group that wants to be together has to go somewhere.
    const isFirst = !isAnywhere && concerns(term, pod, pod);
    return (node) => {
      const domain = domainOf(node, term.topologyKey);
      if (domain !== undefined && (isFirst || (counts.get(domain) ?? 0) > 0)) return undefined;
      return incurable("node(s) didn't match pod affinity rules");
    };
  });
}

function antiAffinityRules(
  pod: Pod,
  nodes: readonly Node[],
  occupancy: Occupancy,
): readonly Rule[] {
  return antiAffinityTermsOf(pod).map((term): Rule => {
    const counts = countByDomain(term, pod, { nodes, occupancy });
    return (node) => {
      const domain = domainOf(node, term.topologyKey);
      if (domain === undefined || (counts.get(domain) ?? 0) === 0) return undefined;
      return curable("node(s) didn't match pod anti-affinity rules");
    };
  });
}

/** A pod that is there already may not want the newcomer near. */
function existingAntiAffinityRules(
  pod: Pod,
  nodes: readonly Node[],
  occupancy: Occupancy,
): readonly Rule[] {
  const guards = occupancy.guards();
  if (guards.length === 0) return [];
  const nodesByName = new Map(nodes.map((node) => [node.metadata.name, node]));
  const closed = new Set<string>();
  for (const other of guards) {
    const node = nodesByName.get(other.spec.nodeName ?? "");
    for (const term of antiAffinityTermsOf(other)) {
      const domain = node && domainOf(node, term.topologyKey);
      if (domain === undefined || !concerns(term, other, pod)) continue;
      closed.add(`${term.topologyKey}=${domain}`);
    }
  }
  if (closed.size === 0) return [];
  return [
    ({ metadata: { labels = {} } }) =>
      Object.entries(labels).some(([key, value]) => closed.has(`${key}=${value}`))
        ? curable("node(s) didn't satisfy existing pods anti-affinity rules")
        : undefined,
  ];
}

interface Cluster {
  readonly nodes: readonly Node[];
  readonly occupancy: Occupancy;
}

/** How many pods that the term is about are in each domain of its topology. */
function countByDomain(
  term: AffinityTerm,
  owner: Pod,
  { nodes, occupancy }: Cluster,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = domainOf(node, term.topologyKey);
    if (domain === undefined) continue;
    const pods = [...occupancy.on(node.metadata.name).pods.values()];
    const here = pods.filter((pod) => !isPodTerminating(pod) && concerns(term, owner, pod)).length;
    counts.set(domain, (counts.get(domain) ?? 0) + here);
  }
  return counts;
}

function concerns({ labelSelector, namespaces }: AffinityTerm, owner: Pod, pod: Pod): boolean {
  const { namespace = "", labels } = pod.metadata;
  const isNear = (namespaces ?? [owner.metadata.namespace ?? ""]).includes(namespace);
  return isNear && matchesSelector(labelSelector, labels);
}

function domainOf({ metadata }: Node, topologyKey: string): string | undefined {
  return metadata.labels?.[topologyKey];
}
