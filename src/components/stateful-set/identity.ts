/** The numbers of a StatefulSet's pods, and what follows from them. */

import { podFromTemplate } from "../../api/controller/pod-from-template.ts";
import type { Pod, PodTemplateSpec } from "../../api/objects/pod.ts";
import type { StatefulSet } from "../../api/objects/workload.ts";

export const revisionLabel = "controller-revision-hash";

/** `2` for `web-2` of `web`; undefined for a name that is not made so. */
export function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const parts = /^(.*)-(\d+)$/.exec(pod.metadata.name);
  return parts?.[1] === metadata.name ? Number(parts[2]) : undefined;
}

/** The numbers that shall exist, lowest first. */
export function ordinalsOf({ spec }: StatefulSet): readonly number[] {
  const { replicas = 1, ordinals } = spec;
  const start = ordinals?.start ?? 0;
  return Array.from({ length: replicas }, (_, index) => start + index);
}

export interface Identity {
  readonly ordinal: number;
  /** The name of the ControllerRevision that holds `template`. */
  readonly revision: string;
  readonly template: PodTemplateSpec;
}

/** The pod of a number, made from the template of a revision. */
export function podOf(set: StatefulSet, { ordinal, revision, template }: Identity): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const { serviceName } = set.spec;
  const pod = podFromTemplate({ template, owner: set, name });
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata.labels,
        "apps.kubernetes.io/pod-index": String(ordinal),
        [revisionLabel]: revision,
        "statefulset.kubernetes.io/pod-name": name,
      },
    },
    spec: withClaims(set, name, {
      ...pod.spec,
      hostname: name,
      ...(serviceName && { subdomain: serviceName }),
    }),
  };
}

/** Claims are kept, not modelled. */
interface Claiming {
  readonly volumeClaimTemplates?: ReadonlyArray<{ readonly metadata?: { readonly name?: string } }>;
}

/** Each claim template is a volume of the pod: `data-web-2`. */
function withClaims(set: StatefulSet, podName: string, podSpec: Pod["spec"]): Pod["spec"] {
  // Specs keep fields that their types do not list.
  const { volumeClaimTemplates = [] } = set.spec as Claiming;
  if (volumeClaimTemplates.length === 0) return podSpec;
  const claims = volumeClaimTemplates.map(({ metadata: { name = "" } = {} }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${podName}` },
  }));
  const names = new Set(claims.map(({ name }) => name));
  const { volumes = [] } = podSpec;
  return { ...podSpec, volumes: [...claims, ...volumes.filter(({ name }) => !names.has(name))] };
}
