/**
 * The admission plugin ServiceAccount: every pod has an account, and its containers find a token for the API server, the
 * certificate by which they know it, and the name of their namespace.
 *
 * @see kubernetes/kubernetes plugin/pkg/admission/serviceaccount/admission.go
 */
import type { Random } from "../../base/random.ts";
import type { ServiceAccount } from "../objects/cluster.ts";
import type { Container, Pod } from "../objects/pod.ts";
import type { Volume, VolumeMount } from "../objects/volume.ts";
import { generateName } from "../store/generate-name.ts";

/** Where every client library looks. */
const TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

const VOLUME_PREFIX = "kube-api-access-";
/** Seven seconds more than an hour, by which the real one tells those that nobody asked for. */
const EXPIRATION_SECONDS = 3_607;

interface ServiceAccountAdmission {
  /** Of the pod's namespace; undefined when there is none of that name yet. */
  readonly account: (name: string) => ServiceAccount | undefined;
  /** For the volume's name. */
  readonly random: Random;
}

/** As it is stored. What the author mounts there already stays. */
export function withServiceAccount(pod: Pod, { account, random }: ServiceAccountAdmission): Pod {
  const { serviceAccountName = "default" } = pod.spec;
  const named = { ...pod.spec, serviceAccountName, serviceAccount: serviceAccountName };
  const wantsToken =
    pod.spec.automountServiceAccountToken ??
    account(serviceAccountName)?.automountServiceAccountToken ??
    true;
  const { initContainers = [], containers, volumes = [] } = named;
  if (!wantsToken || ![...initContainers, ...containers].some(lacksToken)) {
    return { ...pod, spec: named };
  }
  const known = volumes.find((volume) => volume.name.startsWith(VOLUME_PREFIX));
  const name = known?.name ?? generateName(VOLUME_PREFIX, random);
  const mount: VolumeMount = { name, readOnly: true, mountPath: TOKEN_FOLDER };
  const mounting = (container: Container): Container =>
    lacksToken(container)
      ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] }
      : container;
  return {
    ...pod,
    spec: {
      ...named,
      ...(known === undefined && { volumes: [...volumes, tokenVolume(name)] }),
      ...(named.initContainers && { initContainers: initContainers.map(mounting) }),
      containers: containers.map(mounting),
    },
  };
}

function lacksToken({ volumeMounts = [] }: Container): boolean {
  return !volumeMounts.some(({ mountPath }) => mountPath === TOKEN_FOLDER);
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: EXPIRATION_SECONDS, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [
              {
                path: "namespace",
                fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
              },
            ],
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
}
