/** The steps that write objects. Each returns as soon as it is written; `wait` waits for what follows. */
import { formatKey } from "../../../api/objects/meta.ts";
import type {
  ApplyStep,
  DeleteStep,
  KillStep,
  ScaleStep,
} from "../../../topology/scenario/scenario.ts";
import type { StepContext } from "../step-context.ts";

export function runApply({ objects }: ApplyStep, { lab }: StepContext): string {
  return lab
    .apply(objects)
    .map(({ object: { kind, metadata }, outcome }) => `${kind} ${metadata.name} ${outcome}`)
    .join(", ");
}

export function runDelete({ kind, namespace, name }: DeleteStep, { lab }: StepContext): string {
  lab.delete(kind, { namespace, name });
  return `${kind} ${formatKey({ namespace, name })}`;
}

export function runScale({ workload, replicas }: ScaleStep, { lab }: StepContext): string {
  lab.scale(workload, replicas);
  return `${workload.name} to ${replicas}`;
}

export function runKill({ pod }: KillStep, { lab }: StepContext): string {
  return formatKey(lab.kill(pod));
}
