/** Says in the user's words why a sandbox did not start, and what to do about it. */
import { readFileSync } from "node:fs";
import { HostError } from "../../base/podwire-error.ts";

/** What decides about namespaces on a host, apart from the kernel's configuration. */
export interface NamespacePolicy {
  readonly isRoot: boolean;
  /** Debian's and Arch's own; `0` forbids. */
  readonly unprivilegedUserns?: string | undefined;
  /** Ubuntu's from 23.10; `1` takes all capabilities away. */
  readonly apparmorRestriction?: string | undefined;
  /** `0` forbids. */
  readonly maxUserNamespaces?: string | undefined;
}

interface EarlyExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/** `stderr` is what setpriv, unshare or the entry said before it ended. */
export function explainFailure(
  stderr: string,
  exit: EarlyExit,
  policy: NamespacePolicy = readPolicy(),
): HostError {
  const said = stderr.trim();
  if (/^(unshare|setpriv): /m.test(said)) {
    return new HostError("HOST_NAMESPACES", `namespaces refused: ${said.split("\n")[0]}`, {
      hint: namespaceHint(policy),
    });
  }
  const how = exit.signal ?? `exit code ${exit.exitCode ?? "unknown"}`;
  return new HostError(
    "HOST_SANDBOX",
    `the sandbox ended before it was ready: ${gist(said) ?? how}`,
    {
      cause: said === "" ? undefined : new Error(said),
    },
  );
}

/** Of what Node prints about an uncaught error, the line that has the message; otherwise the first line. */
function gist(said: string): string | undefined {
  const lines = said.split("\n").filter((line) => line !== "");
  return lines.find((line) => /^\w*Error(?: \[\w+\])?: /.test(line)) ?? lines[0];
}

function namespaceHint(policy: NamespacePolicy): string {
  if (policy.isRoot) {
    return "in a container, give it the capability SYS_ADMIN (docker run --privileged)";
  }
  const command = namespaceCommand(policy);
  if (command !== undefined) {
    return `allow user namespaces with \`sudo ${command}\`, or run as root`;
  }
  return "run as root; this host does not let an ordinary user make namespaces, as is usual in containers";
}

/** What root runs so that ordinary users may make user namespaces; undefined when they may already, or nothing is known. */
export function namespaceCommand(policy: NamespacePolicy = readPolicy()): string | undefined {
  if (policy.unprivilegedUserns === "0") return "sysctl kernel.unprivileged_userns_clone=1";
  if (policy.apparmorRestriction === "1") {
    return "sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (policy.maxUserNamespaces === "0") return "sysctl user.max_user_namespaces=10000";
  return undefined;
}

function readPolicy(): NamespacePolicy {
  return {
    isRoot: process.getuid?.() === 0,
    unprivilegedUserns: readSysctl("kernel/unprivileged_userns_clone"),
    apparmorRestriction: readSysctl("kernel/apparmor_restrict_unprivileged_userns"),
    maxUserNamespaces: readSysctl("user/max_user_namespaces"),
  };
}

/** Undefined where the kernel does not have it. */
function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return undefined;
  }
}
