/** The CoreDNS that labs run: which version, and where it is on this machine. */
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { HostError } from "../../base/podwire-error.ts";
import { findProgram } from "../programs/programs.ts";

/** The only place that names it. */
export const coreDnsVersion = "1.14.7";

export interface FoundCoreDns {
  readonly file: string;
  readonly source: "PODWIRE_COREDNS" | "PATH" | "cache";
}

/**
 * `PODWIRE_COREDNS` before the PATH before the cache. When the variable is set, nothing else counts.
 *
 * @throws HostError when the variable names no program.
 */
export function findCoreDns(): FoundCoreDns | undefined {
  const named = process.env["PODWIRE_COREDNS"] ?? "";
  if (named !== "") {
    if (isProgram(named)) return { file: path.resolve(named), source: "PODWIRE_COREDNS" };
    throw new HostError("HOST_PROGRAM", `PODWIRE_COREDNS: ${named} is not a program`, {
      hint: "unset it, or set it to the file of CoreDNS",
    });
  }
  const onPath = findProgram("coredns");
  if (onPath !== undefined) return { file: onPath, source: "PATH" };
  const cached = cacheFolders()
    .map((folder) => path.join(folder, "coredns"))
    .find(isProgram);
  return cached === undefined ? undefined : { file: cached, source: "cache" };
}

/** @throws HostError when there is none. */
export function requireCoreDns(): string {
  const found = findCoreDns();
  if (found !== undefined) return found.file;
  throw new HostError("HOST_PROGRAM", "coredns: not installed", {
    hint: "run `npm run setup` in a clone of podwire, set PODWIRE_COREDNS, or do without: `dns: {enabled: false}` in the topology",
  });
}

/** Where setup puts it: root's is everybody's. */
export function ownCacheFolder(): string {
  return process.getuid?.() === 0 ? systemCache : userCache();
}

/** Those that are looked into, in this order. */
function cacheFolders(): readonly string[] {
  return [userCache(), systemCache];
}

const folder = `podwire/coredns-${coreDnsVersion}`;
const systemCache = path.join("/var/cache", folder);

function userCache(): string {
  const own = process.env["XDG_CACHE_HOME"] ?? "";
  return path.join(own === "" ? path.join(homedir(), ".cache") : own, folder);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
