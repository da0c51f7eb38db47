/** In which order kernel modules go in, from `modules.dep` as depmod(8) writes it. */
import path from "node:path";

/**
 * Paths below the modules' folder, each after everything that it needs. A name that the file does not
 * have is left out: this kernel has it built in, or not at all.
 *
 * @param dependencies the text of modules.dep: `kernel/fs/9p/9p.ko: kernel/net/9p/9pnet.ko …`
 */
export function moduleOrder(dependencies: string, names: readonly string[]): readonly string[] {
  const needs = parseDependencies(dependencies);
  const byName = new Map([...needs.keys()].map((file) => [nameOf(file), file]));
  const ordered = new Set<string>();
  const add = (file: string): void => {
    if (ordered.has(file)) return;
    for (const needed of needs.get(file) ?? []) add(needed);
    ordered.add(file);
  };
  for (const name of names) {
    const file = byName.get(name);
    if (file !== undefined) add(file);
  }
  return [...ordered];
}

function parseDependencies(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line.includes(":"))
      .map((line) => {
        const [file = "", needed = ""] = line.split(":");
        return [file, needed.split(" ").filter((word) => word !== "")];
      }),
  );
}

/** `virtio_ring` of `kernel/drivers/virtio/virtio_ring.ko`. */
function nameOf(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko.*$/, "")
    .replaceAll("-", "_");
}
