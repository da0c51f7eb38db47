/** What comes of trying things inside a sandbox that is gone afterwards. */
import { createInterface } from "node:readline";
import type { CheckOutcome } from "../../kernel/checks/check.ts";
import type { Need } from "../../kernel/programs/need.ts";
import { launchSandbox } from "../../kernel/sandbox/sandbox.ts";
import { insideEntry } from "../inside-entry.ts";
import type { SandboxFinding } from "./finding.ts";

/** By group and name of the check. */
export class SandboxFindings {
  readonly #outcomes = new Map<string, CheckOutcome>();

  add({ group, name, outcome }: SandboxFinding): void {
    this.#outcomes.set(`${group}/${name}`, outcome);
  }

  get(group: string, name: string): CheckOutcome | undefined {
    return this.#outcomes.get(`${group}/${name}`);
  }
}

/**
 * @param needs only what one of these needs; everything unless given.
 * @throws HostError when there can be no sandbox, the signal's reason when it aborts.
 */
export async function findInSandbox({
  needs = [],
  signal,
}: {
  readonly needs?: readonly Need[];
  readonly signal?: AbortSignal | undefined;
}): Promise<SandboxFindings> {
  await using sandbox = await launchSandbox({
    entry: insideEntry("doctor-main"),
    args: needs,
    lifetime: "attached",
    stdout: "pipe",
    stderr: "inherit",
    signal,
  });
  if (sandbox.stdout === undefined) throw new Error("the sandbox was not given a pipe");
  const findings = new SandboxFindings();
  const abort = (): void => void sandbox.kill();
  signal?.addEventListener("abort", abort);
  for await (const line of createInterface({ input: sandbox.stdout })) {
    // The inside is this same program.
    findings.add(JSON.parse(line) as SandboxFinding);
  }
  signal?.removeEventListener("abort", abort);
  signal?.throwIfAborted();
  const { exitCode } = await sandbox.exited;
  if (exitCode !== 0) throw new Error(`the checks ended with exit code ${exitCode}`);
  return findings;
}
