/** How the loader reaches files: synchronous, since nothing else happens meanwhile. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface TopologyFiles {
  /** The whole text, as UTF-8; throws as `node:fs` does. */
  readonly readFile: (file: string) => string;
  /** The names in a folder; undefined when the path is no folder, or is not there. */
  readonly readFolder: (folder: string) => readonly string[] | undefined;
}

/** `-` is standard input, as for kubectl. */
const STANDARD_INPUT = "-";

export function isStandardInput(file: string): boolean {
  return file === STANDARD_INPUT;
}

/** What messages call a file: standard input as compilers do, since `-:2:1` says nothing to a reader. */
export function displayName(file: string): string {
  return isStandardInput(file) ? "<stdin>" : file;
}

/** Throws for bytes that are no UTF-8, and leaves a byte order mark out. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** It can be read once, and the variants of a matrix are read one after the other. */
let standardInput: string | undefined;

export const nodeFiles: TopologyFiles = {
  readFile: (file) => {
    if (!isStandardInput(file)) return utf8.decode(readFileSync(file));
    standardInput ??= utf8.decode(readFileSync(0));
    return standardInput;
  },
  readFolder: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      // ENOENT and ENOTDIR; whatever else is wrong shows when its files are read.
      return undefined;
    }
  },
};

/** The manifests of a folder, or the file itself: what `kubectl apply -f PATH` reads. */
export function expandPath(file: string, files: TopologyFiles): readonly string[] {
  const names = files.readFolder(file);
  if (names === undefined) return [file];
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => path.join(file, name));
}

/** Why a file could not be read, in words. */
export function describeFileError(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  switch (code) {
    case "ENOENT":
      return "no such file";
    case "EISDIR":
      return "is a folder";
    case "EACCES":
      return "permission denied";
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return "is not text in UTF-8";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
