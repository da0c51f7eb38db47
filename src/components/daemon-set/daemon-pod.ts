import { podFromTemplate } from "../../api/controller/pod-from-template.ts";
import { onlyNode, pinToNode } from "../../api/nodes/node-affinity.ts";
import type { ControllerRevision } from "../../api/objects/controller-revision.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";
import { withDaemonTolerations } from "./eligibility.ts";

export const hashLabel = "controller-revision-hash";
const generationLabel = "pod-template-generation";

/** The daemon of one node. The scheduler puts it there: its affinity leaves no choice. */
export function daemonPod(daemonSet: DaemonSet, node: string, revision: ControllerRevision): Pod {
  const { template } = daemonSet.spec;
  const labels = {
    ...template.metadata?.labels,
    [hashLabel]: hashOf(revision),
    [generationLabel]: String(revision.revision),
  };
  const spec = withDaemonTolerations(pinToNode(template.spec, node));
  return podFromTemplate({
    template: { ...template, metadata: { ...template.metadata, labels }, spec },
    owner: daemonSet,
  });
}

export function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[hashLabel] ?? "";
}

export function isOfRevision({ metadata }: Pod, revision: ControllerRevision): boolean {
  return metadata.labels?.[hashLabel] === hashOf(revision);
}

/** Where the pod is, or is bound to go. */
export function targetNodeOf({ spec }: Pod): string | undefined {
  return spec.nodeName || onlyNode(spec);
}
