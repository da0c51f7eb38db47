/** What a pod asks of the pods around it. After k8s.io/api/core/v1. */
import type { LabelSelector } from "../../api/objects/meta.ts";
import type { Pod, PodSpec } from "../../api/objects/pod.ts";

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector?: LabelSelector;
}

export interface AffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
  /** @default the pod's own */
  readonly namespaces?: readonly string[];
}

interface AffinityTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
}

/** Pod specs keep fields that their type does not list; these are the ones read here. */
type WithTopology = PodSpec & {
  readonly topologySpreadConstraints?: readonly SpreadConstraint[];
  readonly affinity?: {
    readonly podAffinity?: AffinityTerms;
    readonly podAntiAffinity?: AffinityTerms;
  };
};

/** Those that a node must not break; the score takes care of the others. */
export function spreadConstraintsOf({ spec }: Pod): readonly SpreadConstraint[] {
  const { topologySpreadConstraints = [] }: WithTopology = spec;
  return topologySpreadConstraints.filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule",
  );
}

export function affinityTermsOf({ spec }: Pod): readonly AffinityTerm[] {
  const { affinity }: WithTopology = spec;
  return affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

export function antiAffinityTermsOf({ spec }: Pod): readonly AffinityTerm[] {
  const { affinity }: WithTopology = spec;
  return affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}
