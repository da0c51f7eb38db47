import { runInOwnNetns } from "../../kernel/checks/run-check.ts";
import { sandboxChecks } from "../../kernel/checks/sandbox-checks.ts";
import type { SandboxFinding } from "../needs/finding.ts";

/** One after the other: each has the machine for itself, and the order is the table's. */
export async function reportFindings(
  print: (line: string) => void,
  needs: readonly string[] = [],
): Promise<void> {
  for (const { name: group, checks } of sandboxChecks) {
    for (const check of checks) {
      if (needs.length > 0 && !check.neededBy.some((need) => needs.includes(need))) continue;
      const outcome = await runInOwnNetns(check);
      const finding: SandboxFinding = { group, name: check.name, outcome };
      print(`${JSON.stringify(finding)}\n`);
    }
  }
}
