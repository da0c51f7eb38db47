/** Turns what went wrong with a check into what the user reads about it. */
import { HostError, KernelError, ProgramError } from "../../base/podwire-error.ts";
import type { Remedy } from "../programs/distribution.ts";
import { SocketError } from "../sockets/socket-error.ts";
import type { Check, CheckOutcome } from "./check.ts";
import { kernelOption } from "./kernel-options.ts";

/** Errors by which the kernel says that somebody else might. */
const PERMISSION = /\b(?:EPERM|EACCES)\b|not permitted|permission denied/i;

/**
 * @param shipped which of the check's modules came with this kernel.
 * @param more what brings a kernel, or modules, with more in it.
 * @throws the error itself when it is none of the kernel's or of a program.
 */
export function explainRefusal(
  error: unknown,
  { modules = [], fix }: Pick<Check<never>, "modules" | "fix">,
  shipped: readonly string[],
  more?: Remedy,
): CheckOutcome {
  const said = wordsOf(error);
  if (PERMISSION.test(said)) {
    return { state: "refused", said, ...(fix !== undefined && { fix }) };
  }
  const absent = modules.filter((name) => !shipped.includes(name));
  if (modules.length === 0) {
    return { state: "missing", said, ...(fix !== undefined && { fix }) };
  }
  if (absent.length === 0) return { state: "missing", said, fix: `modprobe ${modules.join(" ")}` };
  return {
    state: "missing",
    said: `${said}; ${describeAbsent(absent)}`,
    ...more,
  };
}

function describeAbsent(modules: readonly string[]): string {
  const names = modules.map((name) => `${name} (${kernelOption(name)})`).join(", ");
  return `this kernel has no module${modules.length === 1 ? "" : "s"} ${names}`;
}

function wordsOf(error: unknown): string {
  if (error instanceof ProgramError) return tellingLine(error.stderr) ?? error.message;
  if (error instanceof KernelError || error instanceof HostError || error instanceof SocketError) {
    return error.message;
  }
  throw error;
}

/**
 * The one line that tells, without what stands around it:
 *
 *     iptables-nft-restore v1.8.9 (nf_tables):
 *     line 3: RULE_APPEND failed (No such file or directory): rule in chain K
 *
 *     /dev/stdin:2:8-8: Error: Could not process rule: No such file or directory
 *
 *     Error: Unknown device type.
 */
function tellingLine(stderr: string): string | undefined {
  const lines = stderr.split("\n").map((line) =>
    line
      .replace(/^\S+ v\d[\d.]* \(\w+\):\s*/, "")
      .replace(/^\/dev\/stdin:\S+ /, "")
      .replace(/^Error: /, "")
      .replace(/\.$/, "")
      .trim(),
  );
  return lines.find((line) => line !== "");
}
