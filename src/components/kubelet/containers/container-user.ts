/** As whom a container's program runs; after kubelet's kuberuntime/security_context. */
import type { Container, Pod } from "../../../api/objects/pod.ts";
import { ContainerConfigError } from "../environment/container-environment.ts";

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
}

/**
 * The container's word counts before the pod's. An image says nothing of it here, so without a word it is root.
 *
 * @throws ContainerConfigError when it would be root and may not be.
 */
export function containerUser(
  pod: Pod,
  { name, securityContext: own = {} }: Container,
): ContainerUser {
  const { securityContext: shared = {} } = pod.spec;
  const given = own.runAsUser ?? shared.runAsUser;
  const uid = given ?? 0;
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) === true && uid === 0) {
    const { metadata } = pod;
    const where = `(pod: "${metadata.name}_${metadata.namespace}(${metadata.uid})", container: ${name})`;
    throw new ContainerConfigError(
      given === undefined
        ? `container has runAsNonRoot and image will run as root ${where}`
        : `container's runAsUser breaks non-root policy ${where}`,
    );
  }
  return {
    uid,
    gid: own.runAsGroup ?? shared.runAsGroup ?? 0,
    additionalGids: [
      ...(shared.supplementalGroups ?? []),
      ...(shared.fsGroup === undefined ? [] : [shared.fsGroup]),
    ],
  };
}
