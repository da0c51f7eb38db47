/** Tries what few kernels have before anything is built on it. */
import { HostError } from "../../base/podwire-error.ts";
import { runInOwnNetns } from "../../kernel/checks/run-check.ts";
import { sandboxChecks } from "../../kernel/checks/sandbox-checks.ts";
import type { Need } from "../../kernel/programs/need.ts";

/** @throws HostError naming everything that is missing, and the way out. */
export async function requireFeatures(needs: readonly Need[]): Promise<void> {
  const checks = sandboxChecks
    .flatMap((group) => group.checks)
    .filter(({ neededBy }) => neededBy.some((need) => needs.includes(need)));
  const missing: string[] = [];
  for (const check of checks) {
    const { state, said = state } = await runInOwnNetns(check);
    if (state !== "ok") missing.push(`${check.name} (${said})`);
  }
  if (missing.length === 0) return;
  throw new HostError(
    "HOST_FEATURE",
    `${needs.join(" and ")} needs what this kernel lacks: ${missing.join("; ")}`,
    {
      hint: "`podwire doctor` says what would help; in a clone, `npm run vm -- npx podwire …` runs it under a kernel that has all of it",
    },
  );
}
