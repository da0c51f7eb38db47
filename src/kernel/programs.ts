/** The programs that podwire drives: the one list, for `podwire doctor` and for setup. */
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** `lab`: no lab without it. `test`: only the project's own tests need it. */
export type ProgramPurpose = "lab" | "test";

export interface Program {
  readonly name: string;
  readonly debianPackage: string;
  readonly neededBy: ProgramPurpose;
  /** What it is for, as the end of a sentence. */
  readonly purpose: string;
}

export const programs: readonly Program[] = [
  lab("unshare", "util-linux", "makes the lab's sandbox"),
  lab("nsenter", "util-linux", "takes podwire exec and podwire shell into the sandbox"),
  lab("setpriv", "util-linux", "ties a lab's life to the program that runs it"),
  lab("ip", "iproute2", "what people look around with inside a lab"),
  lab("iptables-restore", "iptables", "loads kube-proxy's rules, a node at a time"),
  lab("iptables-save", "iptables", "reads rules back"),
  lab("tcpdump", "tcpdump", "captures packets"),
  lab("conntrack", "conntrack", "shows and clears connections"),
  test("tshark", "tshark", "what decoding and display filters are held against"),
  test("redis-server", "redis-server", "a real program in a pod"),
];

function lab(name: string, debianPackage: string, purpose: string): Program {
  return { name, debianPackage, purpose, neededBy: "lab" };
}

function test(name: string, debianPackage: string, purpose: string): Program {
  return { name, debianPackage, purpose, neededBy: "test" };
}

/** Where a program is, as the shell would find it in {@link programFolders}. */
export function findProgram(name: string): string | undefined {
  return programFolders()
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

/**
 * The PATH, plus those that an ordinary user's often lacks. Without the folders that npm puts first
 * when it runs a script: one of its packages has a program called nft.
 */
export function programFolders(): readonly string[] {
  return [
    ...(process.env["PATH"] ?? "").split(":"),
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
  ].filter((folder) => folder !== "" && !folder.endsWith("node_modules/.bin"));
}

export function missingPrograms(purposes: readonly ProgramPurpose[]): readonly Program[] {
  return programs.filter(
    ({ name, neededBy }) => purposes.includes(neededBy) && findProgram(name) === undefined,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
