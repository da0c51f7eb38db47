import { accessSync, constants } from "node:fs";
import path from "node:path";
import { HostError } from "../../base/podwire-error.ts";
import { type Place, spawnIn } from "../processes/process.ts";

export interface CniRun {
  /** The file name of the plugin. */
  readonly type: string;
  /** CNI_PATH: folders, separated by colons. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** For its standard input. */
  readonly config: unknown;
}

export interface CniOutcome {
  readonly ok: boolean;
  /** A result, or a failure's account: JSON, both on standard output. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a CNI plugin in a node. @throws HostError when it is in none of the folders. */
export async function runCniPlugin(place: Place, run: CniRun): Promise<CniOutcome> {
  const { exitCode, stdout, stderr } = await spawnIn(place, findPlugin(run), [], {
    env: run.environment,
    input: JSON.stringify(run.config),
    reject: false,
  });
  return { ok: exitCode === 0, stdout, stderr };
}

function findPlugin({ type, path: folders }: CniRun): string {
  const found = folders
    .split(":")
    .map((folder) => path.join(folder, type))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new HostError("HOST_PROGRAM", `CNI plugin ${type}: not in ${folders}`, {
    hint: "install containernetworking-plugins, or say in binDir where the plugin is",
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
