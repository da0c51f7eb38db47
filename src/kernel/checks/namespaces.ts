/**
 * The namespaces that a sandbox is made of, one at a time and as this user: what is refused then has a name.
 * Outside any sandbox; each ends with the `true` that runs in it.
 */
import { execa } from "execa";
import { ProgramError } from "../../base/podwire-error.ts";
import { findProgram } from "../programs/programs.ts";
import { namespaceCommand } from "../sandbox/sandbox-failure.ts";
import type { Check, CheckGroup } from "./check.ts";

export function namespaceChecks(isRoot: boolean): CheckGroup<void> {
  return {
    name: "namespaces",
    checks: [
      {
        ...namespace("user", ["--map-current-user"], isRoot),
        // Root makes the others without it.
        neededBy: isRoot ? ["labs of ordinary users"] : ["labs"],
      },
      namespace("network", ["--net"], isRoot),
      namespace("mount", ["--mount"], isRoot),
      namespace("PID", ["--pid", "--fork", "--mount-proc"], isRoot),
      namespace("UTS", ["--uts"], isRoot),
    ],
  };
}

function namespace(name: string, options: readonly string[], isRoot: boolean): Check<void> {
  const fix = isRoot ? undefined : namespaceCommand();
  // An ordinary user makes each below a user namespace.
  const user = isRoot && name !== "user" ? [] : ["--user", "--map-current-user", "--keep-caps"];
  return {
    name,
    neededBy: ["labs"],
    program: "unshare",
    ...(fix !== undefined && { fix }),
    attempt: () => unshare([...user, ...options.filter((option) => !user.includes(option))]),
  };
}

async function unshare(options: readonly string[]): Promise<void> {
  const file = findProgram("unshare") ?? "unshare";
  const { failed, stderr, shortMessage } = await execa(file, [...options, "true"], {
    reject: false,
    stdin: "ignore",
  });
  if (failed) throw new ProgramError(shortMessage ?? "unshare failed", { stderr });
}
