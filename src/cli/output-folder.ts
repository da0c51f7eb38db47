/** Where the files of failures go: found out by trying, before there is anything to write. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathForLab } from "../lab/path-for-lab.ts";
import { fileRefusal } from "./file-refusal.ts";

/** Less than what any failure leaves, and more than a full disk has. */
const SAMPLE = Buffer.alloc(64 * 1_024);

/**
 * Writes and removes a file in `folder`, or where it will be made; `folder` itself is not made.
 *
 * @throws LabError `USAGE` for a place that a lab has of its own; HostError `HOST_FILE` when nothing can be written there.
 */
export function checkOutputFolder(folder: string): void {
  tryFolder(pathForLab(folder), folder);
}

/**
 * The same of any folder.
 *
 * @param named what the user calls it, or what is to be written there.
 * @throws HostError `HOST_FILE`.
 */
export function tryFolder(folder: string, named: string): void {
  let place = path.resolve(folder);
  while (!existsSync(place)) place = path.dirname(place);
  try {
    const trial = mkdtempSync(path.join(place, ".podwire-"));
    try {
      writeFileSync(path.join(trial, "sample"), SAMPLE);
    } finally {
      rmSync(trial, { recursive: true });
    }
  } catch (error) {
    throw fileRefusal(error, named) ?? error;
  }
}
