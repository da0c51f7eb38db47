/** A stand-in for an image that no container uses is most often a slip of the pen; one whose files are not there is of no use. */
import type { PodSpec } from "../../api/objects/pod.ts";
import { nearest } from "../../base/nearest.ts";
import type { ReadManifest } from "../manifests/read-manifests.ts";
import type { TopologyFiles } from "../source/files.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";
import { type ImageStandIn, standInFor } from "../topology.ts";

export interface CheckedImages {
  readonly images: readonly ImageStandIn[];
  readonly manifests: readonly ReadManifest[];
  readonly files: TopologyFiles;
}

/** @param spot of `images`. */
export function checkImages(
  { images, manifests, files }: CheckedImages,
  spot: Spot,
  report: Report,
): void {
  for (const { image, root } of images) {
    if (root?.type !== "folder" || files.readFolder(root.folder) !== undefined) continue;
    const message = `rootfs ${root.folder}: no such folder`;
    const hint = "unpack an image there, as by `umoci unpack`";
    report(problemAt(at(spot, image, "rootfs"), "TOPOLOGY_FILE", message, { hint }));
  }
  const used = new Set(manifests.flatMap(imagesOf));
  for (const standIn of images) {
    if ([...used].some((image) => standInFor([standIn], image) !== undefined)) continue;
    const near = nearest(standIn.image, used);
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
    const message = `image ${standIn.image}: no container uses it`;
    const options = { severity: "warning", target: "key", hint } as const;
    report(problemAt(at(spot, standIn.image), "TOPOLOGY_SUSPECT", message, options));
  }
}

function imagesOf({ object }: ReadManifest): readonly string[] {
  switch (object.kind) {
    case "Pod":
      return imagesIn(object.spec);
    case "DaemonSet":
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
      return imagesIn(object.spec.template.spec);
    default:
      return [];
  }
}

function imagesIn({ containers, initContainers = [] }: PodSpec): readonly string[] {
  return [...containers, ...initContainers].flatMap(({ image }) =>
    image === undefined ? [] : [image],
  );
}
