/** The past pod templates of a DaemonSet or StatefulSet. After Kubernetes' pkg/controller/history. */

import { defaultPodTemplate } from "../defaulting/pod.ts";
import type { ControllerRevision } from "../objects/controller-revision.ts";
import type { PodTemplateSpec } from "../objects/pod.ts";
import type { DaemonSet, StatefulSet } from "../objects/workload.ts";
import { controllerReference } from "../owner.ts";
import { canonicalJson, templateHash } from "../safe-name.ts";
import type { Store } from "../store/store.ts";

type Historic = DaemonSet | StatefulSet;

const defaultHistoryLimit = 10;

/** All that is known of an owner's templates, oldest revision first. */
export function revisionsOf(store: Store, owner: Historic): readonly ControllerRevision[] {
  const owned = store.listOwnedBy("ControllerRevision", owner.metadata.uid ?? "");
  return owned.toSorted((a, b) => a.revision - b.revision);
}

/**
 * The revision of the present template, made where it is not known yet. A
 * template that returns keeps its name and gets a new number.
 *
 * @param hashLabel the label that carries the hash of the template.
 */
export function syncRevision(store: Store, owner: Historic, hashLabel: string): ControllerRevision {
  const revisions = revisionsOf(store, owner);
  const latest = revisions.at(-1);
  const template = defaultPodTemplate(owner.spec.template);
  const wanted = canonicalJson(template);
  const known = revisions.findLast((each) => canonicalJson(templateOf(each)) === wanted);
  const revision = (latest?.revision ?? 0) + 1;
  if (known === undefined) {
    return store.create<"ControllerRevision">(
      newRevision(store, owner, { template, revision, hashLabel }),
    );
  }
  return known === latest ? known : store.update<"ControllerRevision">({ ...known, revision });
}

/** The template that a revision holds; undefined when it holds none. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  if (data === undefined) return undefined;
  const { $patch: _patch, ...template } = data.spec.template;
  return template;
}

/** Forgets the oldest revisions beyond `revisionHistoryLimit` that nothing uses. */
export function truncateHistory(
  store: Store,
  owner: Historic,
  isLive: (revision: ControllerRevision) => boolean,
): void {
  const { revisionHistoryLimit = defaultHistoryLimit } = owner.spec;
  const unused = revisionsOf(store, owner).filter((revision) => !isLive(revision));
  const excess = Math.max(0, unused.length - revisionHistoryLimit);
  for (const { metadata } of unused.slice(0, excess)) {
    store.remove("ControllerRevision", {
      namespace: metadata.namespace ?? "",
      name: metadata.name,
    });
  }
}

interface NewRevision {
  readonly template: PodTemplateSpec;
  readonly revision: number;
  readonly hashLabel: string;
}

function newRevision(
  store: Store,
  owner: Historic,
  { template, revision, hashLabel }: NewRevision,
): ControllerRevision {
  const { name, namespace = "", annotations } = owner.metadata;
  const hash = freeHash(store, owner, template);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data: { spec: { template: { ...template, $patch: "replace" } } },
    revision,
  };
}

/** Two templates of one hash are told apart by how often that happened. */
function freeHash(store: Store, { metadata }: Historic, template: PodTemplateSpec): string {
  const { name, namespace = "" } = metadata;
  for (let collisions = 0; ; collisions++) {
    const hash = templateHash(template, collisions);
    const key = { namespace, name: `${name}-${hash}` };
    if (store.get("ControllerRevision", key) === undefined) return hash;
  }
}
