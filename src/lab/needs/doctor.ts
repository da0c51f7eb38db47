/** What `podwire doctor` finds out about this host. */
import { release } from "node:os";
import { HostError } from "../../base/podwire-error.ts";
import type { Check, CheckGroup, CheckOutcome } from "../../kernel/checks/check.ts";
import { explainRefusal } from "../../kernel/checks/explain-refusal.ts";
import { namespaceChecks } from "../../kernel/checks/namespaces.ts";
import { checkCoreDns, checkProgram } from "../../kernel/checks/program-versions.ts";
import { runCheck } from "../../kernel/checks/run-check.ts";
import { sandboxChecks } from "../../kernel/checks/sandbox-checks.ts";
import { type Distribution, ownDistribution } from "../../kernel/programs/distribution.ts";
import type { Need } from "../../kernel/programs/need.ts";
import { type Program, programs } from "../../kernel/programs/programs.ts";
import { findInSandbox, type SandboxFindings } from "./sandbox-findings.ts";

export interface CheckResult extends CheckOutcome {
  readonly name: string;
  readonly neededBy: readonly Need[];
}

interface CheckResultGroup {
  readonly name: string;
  readonly checks: readonly CheckResult[];
}

export interface DoctorReport {
  /** Everything that every lab needs works. */
  readonly ok: boolean;
  readonly user: "root" | "an ordinary user";
  /** Whose packages this machine has; undefined where it is none of those that are known. */
  readonly distribution?: Distribution | undefined;
  /** `uname -r`. */
  readonly kernel: string;
  /** Of Node. */
  readonly node: string;
  readonly groups: readonly CheckResultGroup[];
}

/**
 * Tries everything for real: what touches the kernel's network inside a sandbox that ends with it.
 *
 * @throws the signal's reason when it aborts.
 */
export async function examineHost(signal?: AbortSignal): Promise<DoctorReport> {
  const isRoot = process.getuid?.() === 0;
  const namespaces = await examineNamespaces(namespaceChecks(isRoot));
  // Programs that tell their version are no matter of the sandbox, and take about as long as all that is tried in it.
  const [sandbox, programsFound] = await Promise.all([examineSandbox(signal), examinePrograms()]);
  const groups = [
    { ...namespaces, checks: [...namespaces.checks, sandbox.itself] },
    ...sandbox.groups,
    programsFound,
  ].map((group) => (isRoot ? group : withSudo(group)));
  const ok = groups.every(({ checks }) =>
    checks.every(({ neededBy, state }) => state === "ok" || !neededBy.includes("labs")),
  );
  return {
    ok,
    user: isRoot ? "root" : "an ordinary user",
    distribution: ownDistribution(),
    kernel: release(),
    node: process.versions.node,
    groups,
  };
}

async function examineNamespaces({ name, checks }: CheckGroup<void>): Promise<CheckResultGroup> {
  const results: CheckResult[] = [];
  for (const check of checks) results.push(resultOf(check, await runCheck(check, undefined)));
  return { name, checks: results };
}

async function examinePrograms(): Promise<CheckResultGroup> {
  const examine = async (program: Program): Promise<CheckResult> =>
    resultOf({ name: program.name, neededBy: program.needs }, await checkProgram(program));
  const coreDns = async (): Promise<CheckResult> =>
    resultOf({ name: "coredns", neededBy: ["cluster DNS"] }, await checkCoreDns());
  const checks = await Promise.all([...programs.map(examine), coreDns()]);
  return { name: "programs", checks };
}

interface SandboxResults {
  /** Whether there is one. */
  readonly itself: CheckResult;
  /** What was tried in it. */
  readonly groups: readonly CheckResultGroup[];
}

async function examineSandbox(signal?: AbortSignal): Promise<SandboxResults> {
  let findings: SandboxFindings | undefined;
  let outcome: CheckOutcome = { state: "ok" };
  try {
    findings = await findInSandbox({ signal });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    outcome = explainRefusal(error, {}, []);
  }
  return {
    itself: resultOf({ name: "all of them at once: a sandbox", neededBy: ["labs"] }, outcome),
    groups: sandboxChecks.map(({ name, checks }) => ({
      name,
      checks: checks.map((check) => resultOf(check, findings?.get(name, check.name) ?? untried)),
    })),
  };
}

const untried: CheckOutcome = { state: "untried", said: "there was no sandbox to try it in" };

function resultOf(
  { name, neededBy }: Pick<Check<never>, "name" | "neededBy">,
  outcome: CheckOutcome,
): CheckResult {
  return { name, neededBy, ...outcome };
}

function withSudo({ name, checks }: CheckResultGroup): CheckResultGroup {
  return {
    name,
    checks: checks.map(({ fix, install, ...check }) => ({
      ...check,
      ...(fix !== undefined && { fix: `sudo ${fix}` }),
      ...(install !== undefined && {
        install: {
          debian: `sudo ${install.debian}`,
          ubuntu: `sudo ${install.ubuntu}`,
          fedora: `sudo ${install.fedora}`,
        },
      }),
    })),
  };
}
