/**
 * How kubelet lays out the files of a volume, so that a program that reads two of them never gets one of the old and
 * one of the new ones: the files are in a folder of their own version, to which one link leads, and that link is
 * replaced in a single step.
 *
 *     Corefile                -> ..data/Corefile
 *     ..data                  -> ..2026_11_28_02_30_00.000000042
 *     ..2026_11_28_02_30_00.000000042/Corefile
 *
 * @see kubernetes/kubernetes pkg/volume/util/atomic_writer.go
 */
import type { VolumeFile } from "./volume-file.ts";

/** The link that is replaced. */
export const DATA_LINK = "..data";

/** What is to be seen at the top of the volume: each is a link into {@link DATA_LINK}. */
export function topLevelNames(files: readonly VolumeFile[]): readonly string[] {
  return [...new Set(files.map(({ path }) => path.split("/")[0] ?? path))];
}

/** A name for the folder of a version; `serial` keeps two of one second apart. */
export function versionFolder(nowMs: number, serial: number): string {
  const [date = "", time = ""] = new Date(nowMs).toISOString().slice(0, 19).split("T");
  const stamp = `${date}_${time}`.replaceAll(/[-:]/g, "_");
  return `..${stamp}.${String(serial).padStart(9, "0")}`;
}
