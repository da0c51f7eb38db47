import { withDefaults } from "../defaulting/defaults.ts";
import type { KubeObject } from "../objects/meta.ts";
import type { Pod, PodTemplateSpec } from "../objects/pod.ts";
import { controllerReference } from "../owner.ts";

/** The name that a pod gets apart from its owner's: made up, or given. */
export interface PodFromTemplateOptions {
  readonly template: PodTemplateSpec;
  readonly owner: KubeObject;
  /** @default the store makes one up from `<owner>-`. */
  readonly name?: string;
}

/** A pod as a controller creates it: the template's labels, annotations and spec, owned by `owner`. */
export function podFromTemplate({ template, owner, name = "" }: PodFromTemplateOptions): Pod {
  const { labels, annotations } = template.metadata ?? {};
  const { namespace = "" } = owner.metadata;
  return withDefaults<"Pod">({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  });
}
