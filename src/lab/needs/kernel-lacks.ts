/** What a topology and its scenarios ask of the kernel that this one has not, before anything is built. */
import { HostError } from "../../base/podwire-error.ts";
import { sandboxChecks } from "../../kernel/checks/sandbox-checks.ts";
import type { Need } from "../../kernel/programs/need.ts";
import type { LoadedLab } from "../../topology/load.ts";
import { isUnusual, labNeeds } from "./lab-needs.ts";
import { findInSandbox } from "./sandbox-findings.ts";

export interface KernelLack {
  /** What of the topology needs it: `kube-proxy mode ipvs`. */
  readonly need: Need;
  /** The doctor's name of what is missing: `virtual server`. */
  readonly missing: string;
  /** What the kernel said. */
  readonly said: string;
}

/**
 * By trying, so in the words of the kernel; only what few kernels have, so that most topologies cost nothing.
 *
 * @returns nothing as well where there can be no sandbox to try it in.
 */
export async function kernelLacks(
  lab: Pick<LoadedLab, "topology" | "objects" | "scenarios">,
): Promise<readonly KernelLack[]> {
  const needs = labNeeds(lab).filter(isUnusual);
  if (needs.length === 0) return [];
  const findings = await findInSandbox({ needs }).catch((error: unknown) => {
    if (error instanceof HostError) return undefined;
    throw error;
  });
  return needs.flatMap((need) =>
    sandboxChecks.flatMap(({ name: group, checks }) =>
      checks.flatMap(({ name, neededBy }) => {
        const outcome = neededBy.includes(need) ? findings?.get(group, name) : undefined;
        if (outcome === undefined || outcome.state === "ok") return [];
        return [{ need, missing: name, said: outcome.said ?? outcome.state }];
      }),
    ),
  );
}
