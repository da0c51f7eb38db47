/** Reads test data of the folder that lies beside the repository; see golden-folder.ts. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Reads one file of the folder. The caller says what its format promises. */
export function readGolden<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8")) as T;
}

export function listGolden(folder: string, pattern: RegExp): readonly string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();
}
