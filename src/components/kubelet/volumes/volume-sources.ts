/** What volumes are made from. The objects are handed in, so that all else here is pure. */
import type { ConfigMap, Secret } from "../../../api/objects/cluster.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { TokenProjection } from "../../../api/objects/volume.ts";
import { PodwireError } from "../../../base/podwire-error.ts";
import type { PodPlace } from "../environment/field-ref.ts";

export interface VolumeSources {
  readonly pod: Pod;
  /** Volumes are made before the pod has an address: its node's is all that is known. */
  readonly place: PodPlace;
  /** Of the pod's namespace. */
  readonly configMap: (name: string) => ConfigMap | undefined;
  readonly secret: (name: string) => Secret | undefined;
  /** A token of the pod's ServiceAccount; undefined where nobody gives tokens out. */
  readonly token: (wanted: Omit<TokenProjection, "path">) => string | undefined;
}

/** A volume cannot be made. The message is the real kubelet's, as its event FailedMount has it. */
export class VolumeSetupError extends PodwireError {
  readonly code = "KUBELET_VOLUME_SETUP";
  readonly exitCode = 1;
}
