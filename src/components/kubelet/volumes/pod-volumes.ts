/** A pod's volumes as data: what is to be found in each, from the objects as they are now. */
import type { Pod } from "../../../api/objects/pod.ts";
import type { Volume, VolumeProjection } from "../../../api/objects/volume.ts";
import {
  configMapFiles,
  downwardFiles,
  secretFiles,
  tokenFiles,
  type VolumeFile,
} from "./volume-file.ts";
import { VolumeSetupError, type VolumeSources } from "./volume-sources.ts";

export type VolumeContents =
  /** Written by kubelet and by nobody else: containers cannot write there. */
  | { readonly type: "files"; readonly name: string; readonly files: readonly VolumeFile[] }
  /** Empty at first, and then the containers'. */
  | { readonly type: "scratch"; readonly name: string }
  /** A path of the node. */
  | { readonly type: "host path"; readonly name: string; readonly path: string };

const usualMode = 0o644;

/**
 * In the manifest's order. Claims and other storage, which is none of podwire's business, are scratch
 * folders that end with the pod.
 *
 * @throws VolumeSetupError naming the first volume that cannot be made.
 */
export function podVolumes(sources: VolumeSources): readonly VolumeContents[] {
  return (sources.pod.spec.volumes ?? []).map((volume) => {
    try {
      return contentsOf(volume, sources);
    } catch (error) {
      if (!(error instanceof VolumeSetupError)) throw error;
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`;
      throw new VolumeSetupError(message, { cause: error });
    }
  });
}

/** The ConfigMaps and Secrets of which the pod's volumes are made: `ConfigMap/coredns`. */
export function volumeReferences({ spec: { volumes = [] } }: Pod): ReadonlySet<string> {
  const names = volumes.flatMap(({ configMap, secret, projected }) => [
    ...referencesOf({
      ...(configMap && { configMap }),
      ...(secret && { secret: { name: secret.secretName ?? "" } }),
    }),
    ...(projected?.sources ?? []).flatMap(referencesOf),
  ]);
  return new Set(names);
}

function referencesOf({ configMap, secret }: VolumeProjection): readonly string[] {
  return [
    ...(configMap === undefined ? [] : [`ConfigMap/${configMap.name ?? ""}`]),
    ...(secret === undefined ? [] : [`Secret/${secret.name ?? ""}`]),
  ];
}

function contentsOf(volume: Volume, sources: VolumeSources): VolumeContents {
  const { name, configMap, secret, downwardAPI, projected, hostPath } = volume;
  const files = (made: readonly VolumeFile[]): VolumeContents => ({
    type: "files",
    name,
    files: lastOfEachPath(made),
  });
  if (configMap !== undefined) {
    return files(configMapFiles(configMap, configMap.defaultMode ?? usualMode, sources));
  }
  if (secret !== undefined) {
    const { secretName = "", defaultMode = usualMode, ...rest } = secret;
    return files(secretFiles({ ...rest, name: secretName }, defaultMode, sources));
  }
  if (downwardAPI !== undefined) {
    const { items = [], defaultMode = usualMode } = downwardAPI;
    return files(downwardFiles(items, defaultMode, sources));
  }
  if (projected !== undefined) {
    const { sources: parts = [], defaultMode = usualMode } = projected;
    return files(parts.flatMap((part) => projectedFiles(part, defaultMode, sources)));
  }
  if (hostPath !== undefined) return { type: "host path", name, path: hostPath.path };
  return { type: "scratch", name };
}

function projectedFiles(
  { configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection,
  mode: number,
  sources: VolumeSources,
): readonly VolumeFile[] {
  if (configMap !== undefined) return configMapFiles(configMap, mode, sources);
  if (secret !== undefined) return secretFiles(secret, mode, sources);
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI.items ?? [], mode, sources);
  return serviceAccountToken === undefined ? [] : tokenFiles(serviceAccountToken, mode, sources);
}

/** Of two sources that want one path, the later one gets it. */
function lastOfEachPath(files: readonly VolumeFile[]): readonly VolumeFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
