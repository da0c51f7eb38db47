/** The programs of util-linux between the launcher and a sandbox's first process. */
import { HostError } from "../../base/podwire-error.ts";
import { findProgram } from "../programs/programs.ts";

interface SandboxProgram {
  readonly entry: string;
  readonly args?: readonly string[];
  readonly lifetime: "attached" | "detached";
}

/** The whole command line, up to the entry's arguments. */
export function sandboxCommand({ entry, args = [], lifetime }: SandboxProgram): readonly string[] {
  const namespaces = ["--net", "--mount", "--uts", "--pid", "--mount-proc"];
  const life = ["--fork", "--kill-child", "--propagation", "private"];
  return [
    ...(lifetime === "attached" ? [program("setpriv"), "--pdeathsig", "KILL"] : []),
    ...[...unshareCommand(), ...namespaces, ...life],
    ...[process.execPath, entry, ...args],
  ];
}

/**
 * Root needs no user namespace. An ordinary user gets two, one in the other, and keeps their own number and, through
 * exec, all capabilities. Were they mapped to root, tcpdump would try to become its own
 * user, which has no number inside, and give up. The outer one does map them to root, which makes
 * their number the owner of the inner one's file capabilities: see enter-command.ts.
 */
function unshareCommand(): readonly string[] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid === 0) return [program("unshare")];
  const outer = [program("unshare"), "--user", "--map-root-user"];
  const own = ["--user", `--map-user=${uid}`, `--map-group=${gid}`, "--keep-caps"];
  return [...outer, program("unshare"), ...own];
}

function program(name: string): string {
  const file = findProgram(name);
  if (file !== undefined) return file;
  throw new HostError("HOST_PROGRAM", `${name}: not installed`, {
    hint: "install util-linux",
  });
}
