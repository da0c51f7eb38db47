/** One past or present pod template of a DaemonSet or StatefulSet, after k8s.io/api/apps/v1. */
import type { KubeObject } from "./meta.ts";
import type { PodTemplateSpec } from "./pod.ts";

export interface ControllerRevision extends KubeObject {
  readonly kind: "ControllerRevision";
  /** A strategic merge patch: what `kubectl rollout undo` sends to go back. */
  readonly data?: {
    readonly spec: { readonly template: PodTemplateSpec & { readonly $patch: "replace" } };
  };
  /** Counts from 1; an old template that returns is given a new number. */
  readonly revision: number;
}
