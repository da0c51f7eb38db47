import { homedir } from "node:os";
import path from "node:path";

/** Where kernels are kept between runs: below `$XDG_CACHE_HOME`, or `~/.cache`. */
export function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache");
  return path.join(base, "podwire");
}
