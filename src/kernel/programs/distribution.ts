/** How programs and kernel modules are installed here: by which package manager, under which names. */
import { readFileSync } from "node:fs";

export type Distribution = "debian" | "ubuntu" | "fedora";

/** Where Fedora calls a package otherwise than Debian. */
const fedoraNames: Readonly<Record<string, string>> = {
  iproute2: "iproute",
  iptables: "iptables-nft iptables-legacy",
  conntrack: "conntrack-tools",
  bird2: "bird",
  "etcd-server": "etcd",
  "etcd-client": "etcd",
  procps: "procps-ng",
  tshark: "wireshark-cli",
  "redis-server": "valkey-compat-redis",
  "busybox-static": "busybox",
  "xz-utils": "xz",
};

/** What brings modules that a distribution's smaller kernels leave out. */
const modulePackages: Readonly<Record<Distribution, string>> = {
  debian: "linux-image-$(dpkg --print-architecture) # and boot that kernel",
  ubuntu: "linux-modules-extra-$(uname -r)",
  fedora: "kernel-modules-extra",
};

/** Of the texts of os-release(5); undefined for one that is not known here. */
export function parseDistribution(osRelease: string): Distribution | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}="?(?<value>[^"\n]*)"?$`, "m").exec(osRelease)?.groups?.["value"] ?? "";
  const names = [field("ID"), ...field("ID_LIKE").split(" ")];
  // Ubuntu says that it is like Debian, so the nearest comes first.
  const known = names.find((name) => name === "debian" || name === "ubuntu" || name === "fedora");
  if (known !== undefined) return known as Distribution;
  return names.includes("rhel") ? "fedora" : undefined;
}

/** What root runs to have a package that Debian calls so. */
export function installCommand(
  debianPackage: string,
  distribution: Distribution | undefined = ownDistribution(),
): string {
  return distribution === "fedora"
    ? `dnf install ${fedoraNames[debianPackage] ?? debianPackage}`
    : `apt-get install ${debianPackage}`;
}

/** What may bring modules that this kernel came without. On Debian that is another kernel. */
export function modulesCommand(
  distribution: Distribution | undefined = ownDistribution(),
): string | undefined {
  if (distribution === undefined) return undefined;
  return `${distribution === "fedora" ? "dnf" : "apt-get"} install ${modulePackages[distribution]}`;
}

function ownDistribution(): Distribution | undefined {
  try {
    return parseDistribution(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return undefined;
  }
}
