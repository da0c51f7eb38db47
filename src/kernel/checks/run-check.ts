import { Netns } from "../netns.ts";
import { modulesRemedy, ownDistribution, packageRemedy } from "../programs/distribution.ts";
import { findProgram, packageOf } from "../programs/programs.ts";
import type { Check, CheckOutcome } from "./check.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { shippedModules } from "./kernel-modules.ts";

/**
 * Runs one check. Never rejects because the host lacks something.
 *
 * @throws what is neither the kernel's nor a program's word: a bug in the check.
 */
export async function runCheck<Ground>(
  check: Check<Ground>,
  ground: Ground,
): Promise<CheckOutcome> {
  const { program } = check;
  if (program !== undefined && findProgram(program) === undefined) return missingProgram(program);
  try {
    await check.attempt(ground);
    return { state: "ok" };
  } catch (error) {
    return explainRefusal(
      error,
      check,
      shippedModules(check.modules ?? []),
      modulesRemedy(ownDistribution()),
    );
  }
}

/** The same in a netns that is gone afterwards. Call it inside a sandbox, one at a time. */
export function runInOwnNetns(check: Check<Netns>): Promise<CheckOutcome> {
  const attempt = async (): Promise<void> => {
    using netns = Netns.create("doctor");
    await check.attempt(netns);
  };
  return runCheck({ ...check, attempt }, undefined);
}

export function missingProgram(name: string): CheckOutcome {
  const debianPackage = packageOf(name);
  return {
    state: "missing",
    said: `${name}: not installed`,
    ...(debianPackage !== undefined && packageRemedy(debianPackage, ownDistribution())),
  };
}
