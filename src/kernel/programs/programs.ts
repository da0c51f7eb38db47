/** The programs that podwire drives: the one list, for `podwire doctor` and for setup. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { Need } from "./need.ts";

/**
 * `lab`: no lab without it. `feature`: some labs need it. `test`: only the project's own tests do.
 * `machine`: the virtual machine, in which other kernels run.
 */
export type ProgramPurpose = "lab" | "feature" | "test" | "machine";

export interface Program {
  readonly name: string;
  readonly debianPackage: string;
  readonly neededBy: ProgramPurpose;
  /** What of podwire needs it. */
  readonly needs: readonly Need[];
  /** What makes it tell its version; `--version` unless given. */
  readonly versionFlags?: readonly string[];
  /** What it is for, as the end of a sentence. */
  readonly purpose: string;
}

export const programs: readonly Program[] = [
  lab("unshare", "util-linux", "makes the lab's sandbox"),
  lab("nsenter", "util-linux", "takes podwire exec and podwire shell into the sandbox"),
  lab("setpriv", "util-linux", "ties a lab's life to the program that runs it"),
  lab("setsid", "util-linux", "gives a program in a pod a terminal of its own"),
  { ...lab("ip", "iproute2", "what people look around with inside a lab"), versionFlags: ["-V"] },
  lab("iptables-restore", "iptables", "loads kube-proxy's rules, a node at a time"),
  lab("iptables-save", "iptables", "reads rules back"),
  // Labs run without; but who looks at what went wrong in one wants it.
  { ...lab("tcpdump", "tcpdump", "captures packets"), needs: ["capture"] },
  lab("conntrack", "conntrack", "shows and clears connections"),
  feature("nft", "nftables", "loads rules", ["kube-proxy mode nftables", "the tests"]),
  feature("ipset", "ipset", "loads sets", [
    "kube-proxy mode ipvs",
    "network policies",
    "network plugin weave",
    "the tests",
  ]),
  feature("ipvsadm", "ipvsadm", "reads virtual servers back", [
    "kube-proxy mode ipvs",
    "the tests",
  ]),
  { ...feature("tc", "iproute2", "delays and loses packets", ["impair"]), versionFlags: ["-V"] },
  feature("bird", "bird2", "speaks BGP", [
    "network plugin calico",
    "routers that speak BGP",
    "the tests",
  ]),
  feature("etcd", "etcd-server", "keeps objects", ["store etcd", "the tests"]),
  {
    ...feature("etcdctl", "etcd-client", "shows what etcd keeps", ["store etcd", "the tests"]),
    versionFlags: ["version"],
  },
  feature("host-local", "containernetworking-plugins", "is one of the CNI plugins", [
    "network plugin exec",
    "the tests",
  ]),
  // Not of every lab, but of every one that does not do without DNS: setup installs it.
  {
    ...feature("runc", "runc", "runs containers", ["cluster DNS", "container images"]),
    neededBy: "lab",
  },
  test("tshark", "tshark", "what decoding and display filters are held against"),
  {
    ...test("kubectl", "kubernetes-client", "drives labs as it drives clusters"),
    versionFlags: ["version", "--client"],
  },
  test("ps", "procps", "shows which processes are left"),
  test("redis-server", "redis-server", "a real program in a pod"),
  test("ethtool", "ethtool", "shows which offloads a device has"),
  machine("qemu-system-x86_64", "qemu-system-x86", "runs the virtual machine"),
  machine("busybox", "busybox-static", "starts the virtual machine"),
  machine("xz", "xz-utils", "unpacks the virtual machine's kernel"),
];

function lab(name: string, debianPackage: string, purpose: string): Program {
  return { name, debianPackage, purpose, neededBy: "lab", needs: ["labs"] };
}

function feature(
  name: string,
  debianPackage: string,
  purpose: string,
  needs: readonly Need[],
): Program {
  return { name, debianPackage, purpose, neededBy: "feature", needs };
}

function test(name: string, debianPackage: string, purpose: string): Program {
  return { name, debianPackage, purpose, neededBy: "test", needs: ["the tests"] };
}

function machine(name: string, debianPackage: string, purpose: string): Program {
  return { name, debianPackage, purpose, neededBy: "machine", needs: ["the virtual machine"] };
}

/** The Debian package of a program, also of the variants of iptables: `iptables-nft-restore`. */
export function packageOf(name: string): string | undefined {
  const usual = name.replace(/^(ip6?tables)-(?:nft|legacy)/, "$1");
  const found = programs.find((program) => program.name === name || program.name === usual);
  return found?.debianPackage ?? (usual === "iptables" ? "iptables" : undefined);
}

/** Where CNI plugins are: after all others, for one of them is called as iproute2's `bridge`. */
const cniFolders = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

/** Where a program is, as the shell would find it in {@link programFolders}; or a CNI plugin. */
export function findProgram(name: string): string | undefined {
  return [...programFolders(), ...cniFolders]
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

/** For these purposes, and for what else is needed. */
export function missingPrograms(
  purposes: readonly ProgramPurpose[],
  alsoNeeded: readonly Need[] = [],
): readonly Program[] {
  const wanted: readonly Need[] = purposes.includes("test")
    ? [...alsoNeeded, "the tests"]
    : alsoNeeded;
  const isWanted = ({ neededBy, needs }: Program): boolean =>
    purposes.includes(neededBy) || needs.some((need) => wanted.includes(need));
  return programs.filter((program) => isWanted(program) && findProgram(program.name) === undefined);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
