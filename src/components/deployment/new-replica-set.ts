/** The ReplicaSet that holds a Deployment's present template: how it is found, and how it is made. */
import { defaultPodTemplate } from "../../api/defaulting/pod.ts";
import type { PodTemplateSpec } from "../../api/objects/pod.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { controllerReference } from "../../api/owner.ts";
import { canonicalJson, templateHash } from "../../api/safe-name.ts";
import { newReplicaSetAnnotations } from "./annotations.ts";
import { byAge } from "./replica-counts.ts";

const hashLabel = "pod-template-hash";

/** The oldest ReplicaSet with the Deployment's template, apart from the hash that it was given. */
export function findNewReplicaSet(
  { spec }: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const wanted = comparable(spec.template);
  return [...replicaSets].sort(byAge).find((each) => comparable(each.spec.template) === wanted);
}

/** Without pods yet: the strategy decides how many. */
export function newReplicaSet(deployment: Deployment, revision: number): ReplicaSet {
  const { spec, metadata, status } = deployment;
  const template = defaultPodTemplate(spec.template);
  const hash = templateHash(template, status?.collisionCount);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const { minReadySeconds } = spec;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${metadata.name}-${hash}`,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels,
      annotations: newReplicaSetAnnotations(deployment, undefined, revision),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: {
        ...spec.selector,
        matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash },
      },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

/** A template is compared at every look, and an unchanged one is the same object as before. */
const comparableTexts = new WeakMap<PodTemplateSpec, string>();

function comparable(template: PodTemplateSpec): string {
  const known = comparableTexts.get(template);
  if (known !== undefined) return known;
  const { metadata = {}, ...rest } = defaultPodTemplate(template);
  const { [hashLabel]: _hash, ...labels } = metadata.labels ?? {};
  const text = canonicalJson({ ...rest, metadata: { ...metadata, labels } });
  comparableTexts.set(template, text);
  return text;
}
