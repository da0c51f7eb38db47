/** Which modules came with the running kernel: a kernel is often built with fewer than podwire can use. */
import { readFileSync } from "node:fs";
import { release } from "node:os";

/** Those of `names` that modprobe(8) can load. */
export function shippedModules(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const shipped = parseModulesDep(readModulesDep());
  return names.filter((name) => shipped.has(name));
}

/** The names in a modules.dep, with `_` for `-` as modprobe takes them: `kernel/net/ipv4/ipip.ko.xz: …`. */
export function parseModulesDep(text: string): ReadonlySet<string> {
  const names = text.matchAll(/^(?:\S*\/)?(?<name>[^/\s]+)\.ko(?:\.\w+)?:/gm);
  return new Set([...names].map(({ groups }) => (groups?.["name"] ?? "").replaceAll("-", "_")));
}

/** Empty for a kernel without modules, and in a container that does not see them. */
function readModulesDep(): string {
  for (const folder of ["/lib/modules", "/run/booted-system/kernel-modules/lib/modules"]) {
    try {
      return readFileSync(`${folder}/${release()}/modules.dep`, "utf8");
    } catch {
      // Not there; NixOS has it in the second.
    }
  }
  return "";
}
