/** A stand-in for an image that no container uses is most often a slip of the pen. */
import type { PodSpec } from "../../api/pod.ts";
import { nearest } from "../../base/nearest.ts";
import type { ReadManifest } from "../manifests/read-manifests.ts";
import type { Report } from "../problem.ts";
import { at, problemAt, type Spot } from "../source.ts";
import { type ImageStandIn, standInFor } from "../topology.ts";

/** @param spot of `images`. */
export function checkImages(
  images: readonly ImageStandIn[],
  manifests: readonly ReadManifest[],
  spot: Spot,
  report: Report,
): void {
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
