import { execa } from "execa";
import { HostError } from "../../base/podwire-error.ts";
import { requireCoreDns } from "../coredns/find-coredns.ts";
import { findProgram, type Program } from "../programs/programs.ts";
import type { CheckOutcome } from "./check.ts";
import { missingProgram } from "./run-check.ts";

/** A program that answers within milliseconds may also hang; on an emulated processor large ones take half a minute. */
const PATIENCE_MS = 120_000;

/** Whether a program is there, and which version it says it is. */
export async function checkProgram({ name, versionFlags }: Program): Promise<CheckOutcome> {
  const file = findProgram(name);
  return file === undefined ? missingProgram(name) : askVersion(file, versionFlags);
}

/** CoreDNS is not a package's, and may be in podwire's own cache. */
export async function checkCoreDns(): Promise<CheckOutcome> {
  try {
    return await askVersion(requireCoreDns(), ["-version"]);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { state: "missing", said: error.message, fix: "npm run setup" };
  }
}

async function askVersion(
  file: string,
  versionFlags: readonly string[] = ["--version"],
): Promise<CheckOutcome> {
  const { all, exitCode, shortMessage } = await execa(file, versionFlags, {
    reject: false,
    stdin: "ignore",
    all: true,
    timeout: PATIENCE_MS,
  });
  if (exitCode === undefined) {
    return { state: "refused", said: shortMessage ?? `${file} does not start` };
  }
  // Some want privileges even for this, and end with a failure: what they can do is another check's to try.
  const version = parseVersion(all);
  return { state: "ok", detail: version === undefined ? file : `${version}, ${file}` };
}

/** `1.8.9` of `iptables-restore v1.8.9 (nf_tables)`; the first number with a dot that any line has. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|[\sv=-])(?<version>\d+(?:\.\d+)+\w*)/m.exec(text)?.groups?.["version"];
}
