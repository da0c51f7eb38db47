/** Where a container finds its pod's volumes. Pure. */
import path from "node:path";
import type { Container } from "../../../api/objects/pod.ts";
import { expandVariables } from "../environment/expand-variables.ts";
import type { Environment } from "../environment/service-links.ts";
import type { VolumeContents } from "./pod-volumes.ts";

/** One thing to be mounted, as an OCI runtime wants to be told it. */
export interface ContainerMount {
  /** A file or folder as the lab sees it. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly mountPath: string;
  readonly access: "read-only" | "read-write";
  /** What to make when the source is not there: a `subPath` of a scratch volume. */
  readonly whenMissing: "make folder" | "leave out";
}

export interface PlacedVolume {
  readonly contents: VolumeContents;
  /** The folder that holds it, as the lab sees it. */
  readonly folder: string;
}

/** Shorter paths first: a volume may be mounted below another. */
export function containerMounts(
  { volumeMounts = [] }: Container,
  volumesByName: ReadonlyMap<string, PlacedVolume>,
  environment: Environment,
): readonly ContainerMount[] {
  const mounts = volumeMounts.flatMap((mount): readonly ContainerMount[] => {
    const volume = volumesByName.get(mount.name);
    if (volume === undefined) return [];
    const { contents, folder } = volume;
    const { subPath = "", subPathExpr, readOnly = false } = mount;
    const below =
      subPathExpr === undefined
        ? subPath
        : expandVariables(subPathExpr, (name) => environment[name]);
    return [
      {
        source: path.join(folder, path.join("/", below)),
        mountPath: path.join("/", mount.mountPath),
        // What kubelet writes is its own, whatever the manifest says.
        access: readOnly || contents.type === "files" ? "read-only" : "read-write",
        whenMissing: contents.type === "scratch" ? "make folder" : "leave out",
      },
    ];
  });
  return mounts.sort((a, b) => a.mountPath.length - b.mountPath.length);
}
