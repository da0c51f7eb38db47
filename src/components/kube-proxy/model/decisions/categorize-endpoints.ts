/**
 * Which of a service port's endpoints this node may use. All modes decide by
 * this; they differ only in how they write it down.
 */

import type { ProxyNode } from "../proxy-node.ts";
import { compareEndpoints, type Endpoint } from "../services/endpoint.ts";
import {
  type TrafficPolicies,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from "../services/service-port.ts";

export interface CategorizedEndpoints {
  /** For traffic of policy Cluster; empty when no traffic has that policy. */
  readonly cluster: readonly Endpoint[];
  /** For traffic of policy Local; empty when no traffic has that policy. */
  readonly local: readonly Endpoint[];
  /** All that some traffic of this node may reach: the union of both. */
  readonly allReachable: readonly Endpoint[];
  /**
   * Somebody serves the port somewhere, though perhaps not where this node's
   * traffic may go: the difference between REJECT and DROP.
   */
  readonly hasAny: boolean;
}

/** Something for each endpoint of each list, worked out once for each that is reachable. */
export interface OfEndpoints<T> {
  readonly cluster: readonly T[];
  readonly local: readonly T[];
  readonly allReachable: readonly T[];
}

export function mapEndpoints<T>(
  { cluster, local, allReachable }: CategorizedEndpoints,
  map: (endpoint: Endpoint) => T,
): OfEndpoints<T> {
  const all = allReachable.map(map);
  const of = (list: readonly Endpoint[]): readonly T[] => {
    if (list === allReachable) return all;
    return list.map((endpoint) => all[allReachable.indexOf(endpoint)] ?? map(endpoint));
  };
  return { cluster: of(cluster), local: of(local), allReachable: all };
}

/** `preferSameNode` is the feature gate PreferSameTrafficDistribution. */
export type CategorizingNode = Pick<ProxyNode, "name" | "zone"> & {
  readonly preferSameNode: boolean;
};

/** `known` sorted by `compareEndpoints`, each once; so are the results. */
export function categorizeEndpoints(
  known: readonly Endpoint[],
  port: TrafficPolicies,
  node: CategorizingNode,
): CategorizedEndpoints {
  const prefers = usesClusterEndpoints(port) ? topologyPreference(known, node) : undefined;
  const cluster = usesClusterEndpoints(port) ? usable(known, prefers) : [];
  if (!usesLocalEndpoints(port)) {
    return { cluster, local: [], allReachable: cluster, hasAny: cluster.length > 0 };
  }
  const hasAny = known.some((endpoint) => endpoint.ready || isDraining(endpoint));
  const onNode = known.filter(({ nodeName }) => nodeName === node.name);
  const local = usable(onNode, undefined);
  if (!usesClusterEndpoints(port)) return { cluster, local, allReachable: local, hasAny };
  return { cluster, local, allReachable: union(cluster, local), hasAny };
}

/**
 * Ready endpoints that `prefers` admits. When there are none, those that are shutting
 * down but still serve, wherever they are: better a late answer than none.
 */
function usable(
  endpoints: readonly Endpoint[],
  prefers: Preference | undefined,
): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready && (prefers?.(endpoint) ?? true));
  if (ready.length === endpoints.length) return endpoints;
  return ready.length > 0 ? ready : endpoints.filter(isDraining);
}

function isDraining({ serving, terminating }: Endpoint): boolean {
  return serving && terminating;
}

type Preference = (endpoint: Endpoint) => boolean;

/** The hints that apply here, if any: all ready endpoints must carry one, and one must name us. */
function topologyPreference(
  endpoints: readonly Endpoint[],
  { name, zone, preferSameNode }: CategorizingNode,
): Preference | undefined {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const isForNode: Preference = ({ nodeHints }) => nodeHints.includes(name);
  if (
    preferSameNode &&
    ready.every(({ nodeHints }) => nodeHints.length > 0) &&
    ready.some(isForNode)
  ) {
    return isForNode;
  }
  if (zone === undefined || zone === "") return undefined;
  const isForZone: Preference = ({ zoneHints }) => zoneHints.includes(zone);
  const applies = ready.every(({ zoneHints }) => zoneHints.length > 0) && ready.some(isForZone);
  return applies ? isForZone : undefined;
}

function union(a: readonly Endpoint[], b: readonly Endpoint[]): readonly Endpoint[] {
  const texts = new Set(a.map(({ text }) => text));
  const added = b.filter(({ text }) => !texts.has(text));
  return added.length === 0 ? a : [...a, ...added].sort(compareEndpoints);
}
