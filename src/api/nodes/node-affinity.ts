/** Which nodes a pod asks for. After k8s.io/component-helpers/scheduling. */

import { matchesLabels, meetsRequirement } from "../label-selector.ts";
import type { Node } from "../objects/cluster.ts";
import type { PodSpec } from "../objects/pod.ts";

interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: "DoesNotExist" | "Exists" | "Gt" | "In" | "Lt" | "NotIn";
  readonly values?: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  /** Of fields, only `metadata.name` may be named. */
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
  };
  readonly preferredDuringSchedulingIgnoredDuringExecution?: ReadonlyArray<{
    readonly weight: number;
    readonly preference: NodeSelectorTerm;
  }>;
}

/** Pod specs keep fields that their type does not list; these are the ones read here. */
type WithAffinity = PodSpec & {
  readonly affinity?: { readonly nodeAffinity?: NodeAffinity };
};

/** What `metadata.name` is called in matchFields. */
const nameField = "metadata.name";

/** True when the node has every label of nodeSelector, and meets one of the required terms, if there are any. */
export function matchesNodeRequirements(node: Node, podSpec: PodSpec): boolean {
  if (!matchesLabels(podSpec.nodeSelector ?? {}, node.metadata.labels)) return false;
  const terms = requiredTerms(podSpec);
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

/** The sum of the weights of the preferences that the node meets. */
export function preferenceWeight(node: Node, podSpec: PodSpec): number {
  const preferred = affinityOf(podSpec).preferredDuringSchedulingIgnoredDuringExecution ?? [];
  let sum = 0;
  for (const { weight, preference } of preferred) {
    if (matchesTerm(preference, node)) sum += weight;
  }
  return sum;
}

/** The node names that the required terms leave; undefined when a term does not go by name. */
export function requiredNodeNames(podSpec: PodSpec): ReadonlySet<string> | undefined {
  const terms = requiredTerms(podSpec);
  if (terms === undefined) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields
      .filter(({ key, operator }) => key === nameField && operator === "In")
      .map(({ values = [] }) => values);
    const [first, ...others] = lists;
    if (first === undefined) return undefined;
    for (const name of first) if (others.every((list) => list.includes(name))) names.add(name);
  }
  return names;
}

/** The node that a pod made with {@link pinToNode} is for. */
export function onlyNode(podSpec: PodSpec): string | undefined {
  const names = requiredNodeNames(podSpec);
  return names?.size === 1 ? [...names][0] : undefined;
}

/** The same pod for this node alone: its own required terms are replaced, its preferences stay. */
export function pinToNode(podSpec: PodSpec, node: string): PodSpec {
  const { affinity }: WithAffinity = podSpec;
  const term: NodeSelectorTerm = {
    matchFields: [{ key: nameField, operator: "In", values: [node] }],
  };
  const pinned: WithAffinity = {
    ...podSpec,
    affinity: {
      ...affinity,
      nodeAffinity: {
        ...affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
      },
    },
  };
  return pinned;
}

function affinityOf(podSpec: WithAffinity): NodeAffinity {
  return podSpec.affinity?.nodeAffinity ?? {};
}

function requiredTerms(podSpec: PodSpec): readonly NodeSelectorTerm[] | undefined {
  return affinityOf(podSpec).requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** All requirements hold; a term without any matches no node. */
function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { metadata }: Node,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const { labels = {}, name } = metadata;
  return (
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => requirement.key === nameField && meets(requirement, name))
  );
}

function meets({ operator, values = [] }: NodeSelectorRequirement, value?: string): boolean {
  const [bound = ""] = values;
  switch (operator) {
    case "Gt":
      return Number.parseInt(value ?? "", 10) > Number.parseInt(bound, 10);
    case "Lt":
      return Number.parseInt(value ?? "", 10) < Number.parseInt(bound, 10);
    default:
      return meetsRequirement({ operator, values }, value);
  }
}
