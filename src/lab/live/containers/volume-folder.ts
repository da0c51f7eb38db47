/** A pod's volumes on the lab's own tmpfs, from where containers mount them. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Pod } from "../../../api/objects/pod.ts";
import {
  DATA_LINK,
  topLevelNames,
  versionFolder,
} from "../../../components/kubelet/volumes/atomic-layout.ts";
import type { ContainerMount } from "../../../components/kubelet/volumes/container-mounts.ts";
import type { VolumeContents } from "../../../components/kubelet/volumes/pod-volumes.ts";
import type { VolumeFile } from "../../../components/kubelet/volumes/volume-file.ts";
import type { RootMount } from "../../../kernel/mounts/container-root.ts";

const VOLUMES = "/run/podwire/volumes";

/** The volumes of one node's pods. */
export class VolumeFolders {
  /** What was written last, by folder: what has not changed is not written again. */
  readonly #written = new Map<string, { readonly files: readonly VolumeFile[]; version: string }>();
  #serial = 0;

  /** Makes the volume or brings it up to date. @returns its folder. */
  put(pod: Pod, contents: VolumeContents): string {
    const folder = path.join(folderOf(pod), contents.name);
    if (contents.type === "host path" && statSync(contents.path, { throwIfNoEntry: false })) {
      return contents.path;
    }
    mkdirSync(folder, { recursive: true });
    if (contents.type === "files") this.#write(folder, contents.files);
    return folder;
  }

  remove(pod: Pod): void {
    const folder = folderOf(pod);
    for (const written of this.#written.keys()) {
      if (path.dirname(written) === folder) this.#written.delete(written);
    }
    rmSync(folder, { recursive: true, force: true });
  }

  /** By kubelet's atomic writer: see the layout's own description. */
  #write(folder: string, files: readonly VolumeFile[]): void {
    const former = this.#written.get(folder);
    if (former !== undefined && areSame(former.files, files)) return;
    const version = versionFolder(Date.now(), ++this.#serial);
    for (const { path: below, data, mode } of files) {
      const file = path.join(folder, version, path.join("/", below));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, data);
      // Whatever the umask.
      chmodSync(file, mode);
    }
    mkdirSync(path.join(folder, version), { recursive: true });
    const next = path.join(folder, `${DATA_LINK}_tmp`);
    symlinkSync(version, next);
    renameSync(next, path.join(folder, DATA_LINK));
    showTop(folder, new Set(topLevelNames(files)));
    if (former !== undefined) rmSync(path.join(folder, former.version), { recursive: true });
    this.#written.set(folder, { files, version });
  }
}

/** What a container's root is to hold; what a `subPath` names is looked up now, and stays that file for good. */
export function rootMounts(mounts: readonly ContainerMount[]): readonly RootMount[] {
  return mounts.flatMap(({ source, mountPath, access, whenMissing }) => {
    if (whenMissing === "make folder") mkdirSync(source, { recursive: true });
    return statSync(source, { throwIfNoEntry: false }) === undefined
      ? []
      : [{ source, mountPath, access }];
  });
}

function folderOf({ metadata: { uid = "" } }: Pod): string {
  return path.join(VOLUMES, uid);
}

/** A link for each name that is to be seen, and none for others. */
function showTop(folder: string, wanted: ReadonlySet<string>): void {
  const shown = readdirSync(folder).filter((name) => !name.startsWith(".."));
  for (const name of shown) {
    if (!wanted.has(name)) rmSync(path.join(folder, name), { force: true });
  }
  for (const name of wanted) {
    if (!shown.includes(name)) symlinkSync(path.join(DATA_LINK, name), path.join(folder, name));
  }
}

function areSame(a: readonly VolumeFile[], b: readonly VolumeFile[]): boolean {
  return (
    a.length === b.length &&
    a.every((file, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        other.path === file.path &&
        other.mode === file.mode &&
        Buffer.compare(other.data, file.data) === 0
      );
    })
  );
}
