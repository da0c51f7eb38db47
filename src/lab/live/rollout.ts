/** What `kubectl rollout restart`, `kubectl set image` and `kubectl rollout status` do, on values. */
import type { Deployment } from "../../api/objects/workload.ts";
import { RunError } from "./run-error.ts";

const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** As `kubectl rollout restart`: another template, so other pods. */
export function restarted(deployment: Deployment, now: Date): Deployment {
  const { template } = deployment.spec;
  const annotations = { ...template.metadata?.annotations, [RESTARTED_AT]: now.toISOString() };
  return withTemplate(deployment, {
    ...template,
    metadata: { ...template.metadata, annotations },
  });
}

/**
 * As `kubectl set image deployment/NAME *=IMAGE`.
 *
 * @throws RunError when the pods have several containers, since one image is hardly that of all.
 */
export function withImage(deployment: Deployment, image: string): Deployment {
  const { template } = deployment.spec;
  const [container, another] = template.spec.containers;
  if (container === undefined || another !== undefined) {
    const { name } = deployment.metadata;
    throw new RunError("RUN_BAD_REQUEST", `deployment ${name} has several containers`, {
      hint: "write the whole deployment in an `apply` step",
    });
  }
  const containers = [{ ...container, image }];
  return withTemplate(deployment, { ...template, spec: { ...template.spec, containers } });
}

/** What a rollout still lacks, in kubectl's words; undefined when it is done. */
export function rolloutLack({ metadata, spec, status = {} }: Deployment): string | undefined {
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return "not observed yet";
  if (updatedReplicas < wanted) {
    return `${updatedReplicas} out of ${wanted} new replicas have been updated`;
  }
  if (replicas > updatedReplicas) {
    return `${replicas - updatedReplicas} old replicas are pending termination`;
  }
  if (availableReplicas < updatedReplicas) {
    return `${availableReplicas} of ${updatedReplicas} updated replicas are available`;
  }
  return undefined;
}

function withTemplate(
  deployment: Deployment,
  template: Deployment["spec"]["template"],
): Deployment {
  return { ...deployment, spec: { ...deployment.spec, template } };
}
